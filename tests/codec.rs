//! The codec from outside: recorded and written documents, agreement with libwbxml, hostile input,
//! and properties of any document at all.

#[path = "codec/corpus.rs"]
mod corpus;
#[path = "codec/hostile.rs"]
mod hostile;
#[path = "codec/libwbxml.rs"]
mod libwbxml;
#[path = "codec/memory.rs"]
mod memory;
#[path = "codec/properties.rs"]
mod properties;
#[path = "codec/vectors.rs"]
mod vectors;
