//! What the journal promises, promise by promise, on stores that work, fail, lose their replies, lie or lose power.

mod apart;
mod damage;
mod flush;
mod folder;
mod support;
mod versions;
