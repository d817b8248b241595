//! What the engine decides, through its verbs and a store in memory: edits of two sides, conflicts under every policy, twins,
//! events that were moved, the previous anchor, LUIDs used again, Maps early, late and repeated, filters, what devices part with, what is held back, folders.

#[cfg(test)]
#[path = "engine/bench.rs"]
mod bench;
#[cfg(test)]
#[path = "engine/conflicts.rs"]
mod conflicts;
#[cfg(test)]
#[path = "engine/filters.rs"]
mod filters;
#[cfg(test)]
#[path = "engine/guard.rs"]
mod guard;
#[cfg(test)]
#[path = "engine/households.rs"]
mod households;
#[cfg(test)]
#[path = "engine/merges.rs"]
mod merges;
#[cfg(test)]
#[path = "engine/moved.rs"]
mod moved;
#[cfg(test)]
#[path = "engine/names.rs"]
mod names;
#[cfg(test)]
#[path = "engine/parting.rs"]
mod parting;
#[cfg(test)]
#[path = "engine/room.rs"]
mod room;
#[cfg(test)]
#[path = "engine/trees.rs"]
mod trees;
#[cfg(test)]
#[path = "engine/twins.rs"]
mod twins;
#[cfg(test)]
#[path = "engine/weak.rs"]
mod weak;
#[cfg(test)]
#[path = "engine/woods.rs"]
mod woods;
