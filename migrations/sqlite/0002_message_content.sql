-- What messages carry beside their words, and what is done to them later.

-- Our own reading of the payload (JSON, domain::content::Content); null for plain text and for rows older than this.
alter table messages add column content text;
-- JSON list, at most one of each side; null when there was never one.
alter table messages add column reactions text;
alter table messages add column edited_at_ms integer;
alter table messages add column revoked_at_ms integer;

-- What a message said before each edit. The edit's own id keeps a repeated webhook from being a second edit.
create table message_edits (
  channel_id text not null,
  wamid text not null,
  message_id text not null references messages (id),
  -- The conversation's seq it took: a reader must have seen it.
  seq integer not null,
  text_before text,
  content_before text,
  edited_at_ms integer not null,
  primary key (channel_id, wamid)
) strict;
create index message_edits_by_message on message_edits (message_id, edited_at_ms);

-- Reactions, edits and revokes that came before their message.
create table parked_marks (
  id text primary key,
  channel_id text not null,
  target_wamid text not null,
  -- The mark as it came (JSON).
  mark text not null,
  received_at_ms integer not null
) strict;
create index parked_marks_by_target on parked_marks (channel_id, target_wamid);

-- Files of messages, in and out. The bytes are in the file store under storage_key.
create table media (
  id text primary key,
  channel_id text not null references channels (id),
  -- Null while an upload has not been sent.
  message_id text unique references messages (id),
  -- image, video, audio, document, sticker.
  kind text not null,
  state text not null,
  -- Meta's id of the file and when we got it: incoming ones live seven days there, uploads thirty.
  meta_id text,
  meta_id_at_ms integer,
  mime text not null,
  file_name text,
  size_bytes integer,
  -- Lower-case hex; of incoming files what the webhook said.
  sha256 text,
  voice integer not null,
  animated integer not null,
  width integer,
  height integer,
  duration_ms integer,
  -- Two hexadecimal digits a bar.
  waveform text not null,
  storage_key text,
  thumbnail_key text,
  -- Tries to fetch it, when the next is due, and why the last one failed.
  attempt integer not null,
  not_before_ms integer not null,
  failure text,
  -- Who uploaded it (an agent's or key's id).
  uploaded_by text,
  created_at_ms integer not null
) strict;
create index media_by_due on media (state, not_before_ms, id);
