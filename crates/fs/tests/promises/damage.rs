//! A change or a snapshot that is damaged, or comes out of its order, is refused whole: no panic, nothing half done.

use bytes::Bytes;
use proptest::prelude::*;
use sandbox_fs::{
    BLOCK_SIZE, Change, ChangeLog, Errno, FIRST_INO, Ino, Namespace, NewNode, ROOT_INO, Tree, TreeSnapshot,
};

use crate::steps::{self, Step, at, cases, empty, shared};

const NAMES: &[&str] = &["a", "b", "c"];

/// A tree after some steps, with its log emptied.
fn after(steps: &[Step]) -> (Tree, Vec<Change>) {
    let log = ChangeLog::new();
    let tree = shared(Tree::new("tree".into(), Some(40 * BLOCK_SIZE), log.clone(), at(0)));
    {
        let fs = Namespace::new(tree.clone());
        for (number, step) in steps.iter().enumerate() {
            let _ = step.run(&fs, at(number as i64));
        }
    }
    let changes = log.drain().into_iter().map(|(_, change)| change).collect();
    (std::sync::Arc::into_inner(tree).expect("no one else").into_inner().unwrap(), changes)
}

/// A tree's snapshot can be restored only when everything in it fits together: links, parents, sums, reachability.
fn sound(tree: &Tree) -> Result<(), TestCaseError> {
    let restored = Tree::restore(tree.snapshot(), None, ChangeLog::new(), &|_| None);
    prop_assert_eq!(restored.as_ref(), Ok(tree));
    prop_assert!(tree.capacity().is_none_or(|capacity| tree.used_bytes() <= capacity));
    Ok(())
}

/// Applies it and checks that it did all or nothing.
fn try_to_apply(tree: &mut Tree, change: &Change) -> Result<(), TestCaseError> {
    let before = tree.snapshot();
    if tree.apply(change).is_err() {
        prop_assert_eq!(tree.snapshot(), before);
    }
    sound(tree)
}

fn any_ino() -> impl Strategy<Value = Ino> {
    prop_oneof![20 => FIRST_INO..FIRST_INO + 12, 3 => Just(ROOT_INO), 1 => any::<u64>()]
}

fn any_name() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(&["", ".", "..", "a/b", "a\0", "new"][..]).prop_map(str::to_owned);
    let long = Just("n".repeat(256));
    prop_oneof![20 => prop::sample::select(NAMES).prop_map(str::to_owned), 3 => odd, 1 => long]
}

fn any_change() -> impl Strategy<Value = Change> {
    let ino = any_ino;
    let size = || prop_oneof![0..100_000u64, any::<u64>()];
    let data = || (0..9_000usize).prop_map(|len| Bytes::from(vec![1; len]));
    let node = prop_oneof![
        data().prop_map(|data| NewNode::File { data: data.into() }),
        Just(NewNode::Directory),
        any_name().prop_map(|target| NewNode::Symlink { target }),
    ];
    let entry = || (ino(), any_name(), ino());
    let time = at(99);
    prop_oneof![
        (entry(), node, any::<u32>()).prop_map(move |((parent, name, ino), node, mode)| {
            Change::Create { parent, name, ino, node, mode, uid: 0, gid: 0, time }
        }),
        (ino(), data()).prop_map(move |(ino, data)| Change::Replace { ino, data: data.into(), time }),
        (ino(), size(), data()).prop_map(move |(ino, offset, data)| Change::Write {
            ino,
            offset,
            data: data.into(),
            time
        }),
        (ino(), size()).prop_map(move |(ino, size)| Change::Truncate { ino, size, time }),
        entry().prop_map(move |(parent, name, ino)| Change::Link { ino, parent, name, time }),
        entry().prop_map(move |(parent, name, ino)| Change::Unlink { parent, name, ino, time }),
        entry().prop_map(move |(parent, name, ino)| Change::RemoveDir { parent, name, ino, time }),
        entry().prop_map(move |(parent, name, ino)| Change::RemoveTree { parent, name, ino, time }),
        (entry(), ino(), any_name(), prop::option::of(ino())).prop_map(
            move |((from_parent, from_name, ino), to_parent, to_name, replaced)| {
                Change::Rename { ino, from_parent, from_name, to_parent, to_name, replaced, time }
            }
        ),
        (ino(), any::<u32>()).prop_map(move |(ino, mode)| Change::SetMode { ino, mode, time }),
        ino().prop_map(move |ino| Change::SetOwner { ino, uid: 1, gid: 1, time }),
        (ino(), size(), size()).prop_map(move |(ino, offset, len)| Change::Allocate {
            ino,
            offset,
            len,
            time
        }),
        ino().prop_map(move |ino| Change::SetTimes { ino, atime: Some(time), mtime: None, time }),
        ino().prop_map(move |ino| Change::Access { ino, time }),
        (ino(), size(), size()).prop_map(move |(ino, offset, len)| Change::Reserve {
            ino,
            offset,
            len,
            time
        }),
        (ino(), size(), size()).prop_map(move |(ino, offset, len)| Change::Punch { ino, offset, len, time }),
        (entry(), entry()).prop_map(move |((from_parent, from_name, ino), (to_parent, to_name, other))| {
            Change::Exchange { ino, from_parent, from_name, to_parent, to_name, other, time }
        }),
    ]
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(steps::step(NAMES), 1..40)
}

/// Turns some bits of stored bytes over.
fn damaged(bytes: &[u8], places: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, bits) in places {
        let place = place.index(bytes.len());
        bytes[place] ^= bits;
    }
    bytes
}

fn any_places() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 1..4)
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_change_is_applied_whole_or_not_at_all(
        steps in any_steps(),
        changes in prop::collection::vec(any_change(), 1..60),
    ) {
        let (mut tree, _) = after(&steps);
        for change in changes {
            try_to_apply(&mut tree, &change)?;
        }
    }

    #[test]
    fn changes_out_of_their_order_are_applied_whole_or_not_at_all(
        (steps, order) in any_steps().prop_flat_map(|steps| (Just(steps), prop::collection::vec(any::<prop::sample::Index>(), 40))),
    ) {
        let (_, changes) = after(&steps);
        let mut tree = after(&[]).0;
        for index in order.iter().filter(|_| !changes.is_empty()) {
            try_to_apply(&mut tree, &changes[index.index(changes.len())])?;
        }
    }

    #[test]
    fn a_change_with_damaged_bytes_is_applied_whole_or_not_at_all(steps in any_steps(), places in any_places()) {
        let (_, changes) = after(&steps);
        let mut tree = after(&[]).0;
        for change in changes {
            let bytes = postcard::to_stdvec(&change).unwrap();
            if let Ok(change) = postcard::from_bytes::<Change>(&damaged(&bytes, &places)) {
                try_to_apply(&mut tree, &change)?;
            }
            let _ = tree.apply(&change);
        }
    }

    #[test]
    fn a_damaged_snapshot_is_refused_or_sound(steps in any_steps(), places in any_places()) {
        let bytes = postcard::to_stdvec(&after(&steps).0.snapshot()).unwrap();
        if let Ok(snapshot) = postcard::from_bytes::<TreeSnapshot>(&damaged(&bytes, &places))
            && let Ok(tree) = Tree::restore(snapshot, None, ChangeLog::new(), &|_| None)
        {
            sound(&tree)?;
        }
    }
}

#[test]
fn a_change_that_happened_already_is_refused() {
    let (fs, tree, log) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    for (_, change) in log.drain() {
        assert_eq!(tree.lock().unwrap().apply(&change).unwrap_err().errno, Errno::EEXIST);
    }
}

#[test]
fn a_missing_creation_is_noticed_by_the_next_one() {
    let (fs, _, log) = empty(None);
    fs.write("/a", "1", at(1)).unwrap();
    fs.write("/b", "2", at(2)).unwrap();
    let (_, second) = log.drain().pop().unwrap();
    let (mut tree, _) = after(&[]);
    let error = tree.apply(&second).unwrap_err();
    assert_eq!((error.errno, error.path.as_str()), (Errno::EINVAL, "inode 1000001 of tree"));
}

#[test]
fn a_directory_is_never_moved_below_itself() {
    let (mut tree, _) = after(&[Step::MkdirAll("/a/b".into(), 0o755)]);
    let change = Change::Rename {
        ino: FIRST_INO,
        from_parent: ROOT_INO,
        from_name: "a".into(),
        to_parent: FIRST_INO + 1,
        to_name: "a".into(),
        replaced: None,
        time: at(1),
    };
    assert_eq!(tree.apply(&change).unwrap_err().errno, Errno::EINVAL);
}

#[test]
fn a_snapshot_needs_its_own_base() {
    let image = |text: &'static str| sandbox_fs::Base::builder().file("/f", 0o644, text).build().unwrap();
    let (one, other) = (image("1"), image("2"));
    let tree = Tree::from_base(&one, "tree".into(), None, ChangeLog::new(), at(0));
    let restore =
        |base| Tree::restore(tree.snapshot(), base, ChangeLog::new(), &|_| None).map_err(|error| error.errno);
    assert_eq!(restore(Some(&other)).err(), Some(Errno::EINVAL));
    assert_eq!(restore(None).err(), Some(Errno::EINVAL));
    assert!(restore(Some(&one)).is_ok());
}
