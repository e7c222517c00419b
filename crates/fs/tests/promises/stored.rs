//! Contents that lie in a source: nobody can tell, but for the memory.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use sandbox_fs::{
    BLOCK_SIZE, ChangeLog, Errno, Frozen, Namespace, Piece, Source, Stored, StoredPiece, Tree, TreeSnapshot,
};

use crate::fold::{World, any_steps, follow, stored};
use crate::steps::{at, cases, shared};

/// A source in memory.
#[derive(Debug)]
struct Shelf(u64, Bytes);

impl Source for Shelf {
    fn number(&self) -> u64 {
        self.0
    }

    fn read(&self, at: u64, len: u64) -> Result<Bytes, Errno> {
        Ok(self.1.slice(at as usize..(at + len) as usize))
    }
}

/// Sources that are filled while a tree is stored.
#[derive(Default)]
struct Shelves(RefCell<Vec<Arc<dyn Source>>>);

impl Shelves {
    fn put(&self, piece: &Piece) -> Stored {
        let mut shelves = self.0.borrow_mut();
        let bytes = [&b"before"[..], &piece.bytes().unwrap()].concat();
        let source: Arc<dyn Source> = Arc::new(Shelf(shelves.len() as u64, bytes.into()));
        shelves.push(Arc::clone(&source));
        Stored::new(source, 6, piece.len())
    }

    /// Stores a frozen tree in small parts, most contents apart.
    fn store(&self, frozen: &Frozen) -> TreeSnapshot {
        let mut place = |_, _, piece: &Piece| {
            if piece.len() < 10 {
                return StoredPiece::Here(piece.clone());
            }
            let stored = self.put(piece);
            StoredPiece::Apart { source: stored.source(), at: stored.at(), len: stored.len() }
        };
        let mut whole = stored(&frozen.part(0..0, &mut place));
        for from in (0..frozen.len()).step_by(3) {
            assert!(whole.join(stored(&frozen.part(from..frozen.len().min(from + 3), &mut place))));
        }
        whole
    }

    fn restore(&self, world: &World, snapshot: TreeSnapshot) -> Tree {
        let base = snapshot.base().map(|_| &world.base);
        let found = |number: u64| self.0.borrow().get(number as usize).cloned();
        Tree::restore(snapshot, base, ChangeLog::new(), &found).expect("a tree just stored")
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn a_tree_stored_in_parts_is_the_same(before in any_steps(), after in any_steps()) {
        let world = World::after(&before);
        let unchanged = World::after(&before);
        let shelves = Shelves::default();
        let frozen = world.trees().map(|tree| tree.lock().unwrap().freeze());
        world.log.drain();
        // What happens meanwhile is not in it.
        world.go_on(&after, 100);
        let mut restored = frozen.map(|frozen| shelves.restore(&world, shelves.store(&frozen)));
        for (restored, tree) in restored.iter().zip(unchanged.trees()) {
            prop_assert!(*restored == *tree.lock().unwrap());
        }
        follow(&world, &mut restored)?;
    }

    #[test]
    fn memory_goes_and_nobody_can_tell(before in any_steps(), after in any_steps(), later in any_steps()) {
        let (world, other) = (World::after(&before), World::after(&before));
        let shelves = Shelves::default();
        let frozen = world.trees().map(|tree| tree.lock().unwrap().freeze());
        for world in [&world, &other] {
            world.go_on(&after, 100);
        }
        let held = world.log.memory_bytes();
        for (frozen, tree) in frozen.iter().zip(world.trees()) {
            let mut tree = tree.lock().unwrap();
            for (ino, start, piece) in frozen.pieces(0..frozen.len()) {
                tree.settle(ino, start, &piece, &shelves.put(&piece));
            }
        }
        prop_assert_eq!(world.log.memory_bytes(), held);
        let mut unloaded = 0;
        for (frozen, tree) in frozen.iter().zip(world.trees()) {
            for (ino, start, piece) in frozen.pieces(0..frozen.len()) {
                unloaded += tree.lock().unwrap().unload(ino, start, &piece);
            }
        }
        prop_assert_eq!(world.log.memory_bytes() + unloaded, held);
        for world in [&world, &other] {
            world.go_on(&later, 200);
        }
        for (tree, other) in world.trees().into_iter().zip(other.trees()) {
            prop_assert!(*tree.lock().unwrap() == *other.lock().unwrap());
        }
        prop_assert_eq!(stored(&world.log.drain()), stored(&other.log.drain()));
    }
}

#[test]
fn a_stored_file_takes_no_memory_until_it_is_changed() {
    let log = ChangeLog::new();
    let tree = shared(Tree::new("tree".into(), None, log.clone(), at(0)));
    let fs = Namespace::new(tree.clone());
    fs.write("/a", vec![7; 100 * BLOCK_SIZE as usize], at(1)).unwrap();
    let frozen = tree.lock().unwrap().freeze();
    let shelves = Shelves::default();
    for (ino, start, piece) in frozen.pieces(0..frozen.len()) {
        let mut tree = tree.lock().unwrap();
        tree.settle(ino, start, &piece, &shelves.put(&piece));
        assert_eq!(tree.unload(ino, start, &piece), 100 * BLOCK_SIZE);
        assert_eq!(tree.unload(ino, start, &piece), 0);
    }
    assert_eq!(log.memory_bytes(), 0);
    assert_eq!(fs.read("/a").unwrap().len() as u64, 100 * BLOCK_SIZE);
    assert_eq!(log.memory_bytes(), 0);
    fs.write_at("/a", 50 * BLOCK_SIZE + 1, "x", at(2)).unwrap();
    assert_eq!(log.memory_bytes(), BLOCK_SIZE);
    assert_eq!(fs.read_range("/a", 50 * BLOCK_SIZE, 3).unwrap(), &[7, b'x', 7][..]);
    assert_eq!(fs.stat("/a").unwrap().blocks, 800);
}
