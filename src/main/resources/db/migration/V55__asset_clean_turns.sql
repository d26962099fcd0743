-- Whose turn it is to look for files without an asset: one row, which the process that takes the turn renews.
create table asset_clean_turns (
    name varchar(50) primary key,
    taken_at timestamp not null
);
