-- A row for every call wants cheap indexes: one by caller is written to at as many places as there are callers, and no
-- route reads by it. A period is read by the order in which rows came; a caller's rows of that period are found in it.
drop index if exists chat_attempts_user;
create index if not exists chat_attempts_started on chat_attempts using brin (started_at) with (autosummarize = on);
