//! A tree as it was at one moment, to be stored in parts while the tree itself goes on.

use std::ops::Range;

use super::snapshot::{StoredBody, store};
use super::{Slot, Tree, TreeSnapshot};
use crate::content::Content;
use crate::node::Body;
use crate::{Ino, Piece, StoredPiece, TreeId};

/// A tree as it was at one moment. Making one copies no node: the tree copies each when it changes it next.
pub struct Frozen {
    /// Without its nodes.
    head: TreeSnapshot,
    /// By number.
    nodes: Vec<(Ino, Slot)>,
}

impl Frozen {
    /// The tree's label.
    pub fn id(&self) -> &TreeId {
        self.head.id()
    }

    /// How many nodes it has, those of the base that are gone among them.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was ever changed above the base.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The files' pieces in a part of it: the file's inode, where the piece begins in the file, and the piece.
    pub fn pieces(&self, part: Range<usize>) -> impl Iterator<Item = (Ino, u64, Piece)> {
        self.nodes[part].iter().flat_map(|(ino, slot)| {
            let data = match slot {
                Slot::Present(node) => match &node.body {
                    Body::File(content) => content.data(),
                    _ => Vec::new(),
                },
                Slot::Removed => Vec::new(),
            };
            data.into_iter().map(|(start, piece)| (*ino, start, piece))
        })
    }

    /// All of it, with the contents of its files.
    pub(super) fn whole(&self) -> TreeSnapshot {
        self.stored(0..self.len(), &mut |_, content| StoredBody::File {
            len: content.len(),
            data: content.data(),
        })
    }

    /// A part of it to be stored. `place` tells where a piece is, which begins there in the file of that inode.
    pub fn part(
        &self,
        part: Range<usize>,
        place: &mut dyn FnMut(Ino, u64, &Piece) -> StoredPiece,
    ) -> TreeSnapshot {
        self.stored(part, &mut |ino, content| {
            let pieces = content.data().into_iter().map(|(start, piece)| (start, place(ino, start, &piece)));
            StoredBody::FileApart { len: content.len(), pieces: pieces.collect() }
        })
    }

    fn stored(&self, part: Range<usize>, file: &mut dyn FnMut(Ino, &Content) -> StoredBody) -> TreeSnapshot {
        let stored = |(ino, slot): &(Ino, Slot)| match slot {
            Slot::Present(node) => (*ino, Some(store(node, &mut |content| file(*ino, content)))),
            Slot::Removed => (*ino, None),
        };
        TreeSnapshot { nodes: self.nodes[part].iter().map(stored).collect(), ..self.head.clone() }
    }
}

impl Tree {
    /// The tree as it is now.
    pub fn freeze(&self) -> Frozen {
        let mut nodes: Vec<_> = self.nodes.iter().map(|(ino, slot)| (*ino, slot.clone())).collect();
        nodes.sort_unstable_by_key(|(ino, _)| *ino);
        let head = TreeSnapshot {
            id: self.id.clone(),
            capacity: self.capacity,
            base: self.base.as_ref().map(|base| base.fingerprint()),
            next_ino: self.next_ino,
            nodes: Vec::new(),
        };
        Frozen { head, nodes }
    }

    /// Tells that what was written to a file at `offset`, or what of it is still there, lies in a source now; it stays in
    /// memory too where it is. No change of the tree.
    pub fn settle(&mut self, ino: Ino, offset: u64, was: &Piece, stored: &crate::Stored) {
        self.resettle(ino, offset, was, |at, piece| {
            let stored = stored.slice(at, at + piece.len());
            Some(match piece.memory() {
                Some(bytes) => Piece::Both(bytes.clone(), stored),
                None => Piece::Stored(stored),
            })
        });
    }

    /// Lets go of memory whose bytes lie in a source too: of what was written to a file at `offset`, or what of it is
    /// still there. Tells how many bytes that were. No change of the tree.
    pub fn unload(&mut self, ino: Ino, offset: u64, was: &Piece) -> u64 {
        let before = self.held;
        self.resettle(ino, offset, was, |_, piece| match piece {
            Piece::Both(_, stored) => Some(Piece::Stored(stored.clone())),
            Piece::Memory(_) | Piece::Stored(_) => None,
        });
        before - self.held
    }

    fn resettle(&mut self, ino: Ino, offset: u64, was: &Piece, now: impl Fn(u64, &Piece) -> Option<Piece>) {
        // What still lies in the base is stored with the base.
        if !matches!(self.nodes.get(&ino), Some(Slot::Present(_))) {
            return;
        }
        let before = self.node(ino).map_or(0, |node| self.held_by(ino, node));
        let Some(content) = self.contents_mut(ino) else { return };
        content.resettle(offset, was, now);
        let after = self.node(ino).map_or(0, |node| self.held_by(ino, node));
        self.count_held(before, after);
    }
}
