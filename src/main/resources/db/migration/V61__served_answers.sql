-- Which models wrote an answer that one began and others went on with, in order: [{"provider","model","completion_tokens"}].
-- Null where one model wrote it all; the column model names the last one.
alter table chat_messages add column if not exists served jsonb;
alter table chat_histories add column if not exists served jsonb;
