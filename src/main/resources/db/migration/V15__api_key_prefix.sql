-- What lists show of a key, since the key itself is not kept. Keys from before have none.

alter table api_keys add column if not exists key_prefix varchar(64);
