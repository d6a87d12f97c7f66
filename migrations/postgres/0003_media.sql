-- Where a file can be had: of an incoming one the address the webhook gave, good for minutes; of one that was sent by
-- its address (state `linked`) that address.
alter table media add column url text;
-- Uploads that nobody sent, by age; and who else holds the same bytes.
create index media_unsent on media (created_at_ms) where message_id is null;
create index media_by_storage on media (storage_key);
