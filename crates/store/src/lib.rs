//! Durability: an append-only journal of packed commits behind one small trait.
