//! What runs beside the requests. One file each.

pub mod anew;
pub mod blocks;
pub mod condition;
pub mod housekeeping;
pub mod inbound;
pub mod journal;
pub mod media;
pub mod outbox;
pub mod past;
pub mod rates;
pub mod receipts;
pub mod templates;
