-- What messages carry beside their words, and what is done to them later.

-- Our own reading of the payload (JSON, domain::content::Content); null for plain text and for rows older than this.
alter table messages add column content text;
-- JSON list, at most one of each side; null when there was never one.
alter table messages add column reactions text;
alter table messages add column edited_at_ms bigint;
alter table messages add column revoked_at_ms bigint;

-- What a message said before each edit. The edit's own id keeps a repeated webhook from being a second edit.
create table message_edits (
  channel_id text collate "C" not null,
  wamid text collate "C" not null,
  message_id text collate "C" not null references messages (id),
  -- The conversation's seq it took: a reader must have seen it.
  seq bigint not null,
  text_before text,
  content_before text,
  edited_at_ms bigint not null,
  primary key (channel_id, wamid)
);
create index message_edits_by_message on message_edits (message_id, edited_at_ms);

-- Reactions, edits and revokes that came before their message.
create table parked_marks (
  id text collate "C" primary key,
  channel_id text collate "C" not null,
  target_wamid text collate "C" not null,
  -- The mark as it came (JSON).
  mark text not null,
  received_at_ms bigint not null
);
create index parked_marks_by_target on parked_marks (channel_id, target_wamid);

-- Files of messages, in and out. The bytes are in the file store under storage_key.
create table media (
  id text collate "C" primary key,
  channel_id text collate "C" not null references channels (id),
  -- Null while an upload has not been sent.
  message_id text collate "C" unique references messages (id),
  -- image, video, audio, document, sticker.
  kind text not null,
  state text not null,
  -- Meta's id of the file and when we got it: incoming ones live seven days there, uploads thirty.
  meta_id text collate "C",
  meta_id_at_ms bigint,
  mime text not null,
  file_name text,
  size_bytes bigint,
  -- Lower-case hex; of incoming files what the webhook said.
  sha256 text collate "C",
  voice bigint not null,
  animated bigint not null,
  width bigint,
  height bigint,
  duration_ms bigint,
  -- Two hexadecimal digits a bar.
  waveform text not null,
  storage_key text collate "C",
  thumbnail_key text collate "C",
  -- Tries to fetch it, when the next is due, and why the last one failed.
  attempt bigint not null,
  not_before_ms bigint not null,
  failure text,
  -- Who uploaded it (an agent's or key's id).
  uploaded_by text collate "C",
  created_at_ms bigint not null
);
create index media_by_due on media (state, not_before_ms, id);
