-- Assets, where they come from, what was generated and used. The database may be an old platform's, whose table assets
-- has one of two shapes, or none: columns are added and rules loosened, never taken away, so that the old platform goes
-- on working on it.

create table if not exists asset_sources (
    id                    serial         primary key,
    source_type           varchar(50)    not null,
    source_name           varchar(100)   not null,
    api_endpoint          varchar(255),
    is_active             boolean        not null default true,
    rate_limit_per_minute integer,
    requires_attribution  boolean        not null default false,
    cost_per_request      numeric(10, 6) not null default 0,
    created_at            timestamp      default current_timestamp,
    updated_at            timestamp      default current_timestamp,
    constraint valid_source_type check (source_type in ('open_source', 'community', 'generated', 'commercial'))
);

create table if not exists assets (
    id                   uuid             not null default gen_random_uuid() primary key,
    source_id            integer          references asset_sources (id),
    external_id          varchar(255),
    category             varchar(50)      not null,
    title                varchar(255)     not null,
    description          text,
    style_tags           text[]           not null default '{}',
    file_url             text             not null,
    storage_type         varchar(20)      not null,
    file_size_mb         double precision,
    file_format          varchar(10),
    preview_image_url    text,
    quality_score        double precision not null default 0.0,
    download_count       integer          not null default 0,
    license_type         varchar(50),
    attribution_required boolean          not null default false,
    metadata             jsonb            not null default '{}',
    created_at           timestamp        not null default current_timestamp,
    updated_at           timestamp        not null default current_timestamp,
    constraint valid_quality check (quality_score between 0 and 1),
    constraint valid_storage_type check (storage_type in ('supabase', 'external', 'generated')),
    constraint valid_license check (
        license_type in ('creative_commons', 'public_domain', 'custom', 'commercial', 'proprietary'))
);

-- The second old shape knows a type, a name and a url instead. Its own columns stay; what they say is told again in the
-- columns of the first. Rows without a file, unfinished ones and videos are kept but not shown.
do $$
begin
    if not exists (
        select 1 from information_schema.columns
        where table_schema = current_schema() and table_name = 'assets' and column_name = 'category'
    ) then
        alter table assets
            alter column user_id drop not null,
            alter column type drop not null,
            alter column name drop not null,
            add column source_id integer references asset_sources (id),
            add column external_id varchar(255),
            add column category varchar(50) not null default 'prop',
            add column title varchar(255) not null default '',
            add column style_tags text[] not null default '{}',
            add column file_url text not null default '',
            add column storage_type varchar(20) not null default 'external',
            add column file_size_mb double precision,
            add column file_format varchar(10),
            add column preview_image_url text,
            add column quality_score double precision not null default 0.5,
            add column download_count integer not null default 0,
            add column license_type varchar(50) default 'proprietary',
            add column attribution_required boolean not null default false,
            add column created_by varchar(255),
            add column deleted_at timestamp;
        update assets set
            created_by = user_id::text,
            category = case
                when type in ('environment', 'character', 'prop', 'audio', 'texture', 'animation', 'image') then type
                else 'prop' end,
            title = coalesce(name, ''),
            file_url = coalesce(url, ''),
            storage_type = case when url like '%/storage/v1/object/%/assets/%' then 'supabase' else 'external' end,
            deleted_at = case
                when url is null or type = 'video' or coalesce(status, 'pending') not in ('completed', 'ready')
                then current_timestamp end,
            metadata = coalesce(metadata, '{}')
                || case when coalesce(generation_params, '{}') = '{}' then '{}'
                   else jsonb_build_object('generation_params', generation_params) end
                || case when type in ('environment', 'character', 'prop', 'audio', 'texture', 'animation', 'image',
                                      '3d_model', 'model', 'video') then '{}'
                   else jsonb_build_object('original_type', type) end;
    end if;
end;
$$;

alter table assets drop constraint if exists valid_category;
alter table assets add constraint valid_category check (
    category in ('environment', 'character', 'prop', 'audio', 'texture', 'animation', 'image'));
alter table assets add column if not exists storage_path text;
alter table assets add column if not exists storage_backend varchar(20);
alter table assets add column if not exists content_type varchar(100);
alter table assets add column if not exists size_bytes bigint check (size_bytes >= 0);
alter table assets add column if not exists sha256 char(64);
alter table assets add column if not exists attribution_text text;
alter table assets add column if not exists created_by varchar(255);
alter table assets add column if not exists visibility varchar(20) not null default 'public'
    constraint valid_visibility check (visibility in ('public', 'private'));
alter table assets add column if not exists embedding_model varchar(100);
alter table assets add column if not exists deleted_at timestamp;
update assets set style_tags = '{}' where style_tags is null;
update assets set metadata = '{}' where metadata is null;
update assets set visibility = 'private' where metadata ->> 'visibility' = 'private';

create table if not exists asset_generations (
    id                  uuid           not null default gen_random_uuid() primary key,
    asset_id            uuid           references assets (id) on delete cascade,
    generation_prompt   text           not null,
    generation_service  varchar(50)    not null,
    generation_cost     numeric(10, 4) not null,
    generation_time_ms  integer        not null,
    session_id          varchar(255),
    user_id             varchar(255),
    generation_metadata jsonb          not null default '{}',
    created_at          timestamp      not null default current_timestamp
);
alter table asset_generations add column if not exists generation_id uuid;

create table if not exists asset_modifications (
    id                    uuid           not null default gen_random_uuid() primary key,
    base_asset_id         uuid           references assets (id) on delete cascade,
    modified_asset_id     uuid           references assets (id) on delete cascade,
    modifications         text[]         not null,
    modification_service  varchar(50)    not null,
    modification_cost     numeric(10, 4) not null,
    modification_time_ms  integer        not null,
    session_id            varchar(255),
    user_id               varchar(255),
    modification_metadata jsonb          not null default '{}',
    created_at            timestamp      not null default current_timestamp
);

create table if not exists asset_usage (
    id            uuid           not null default gen_random_uuid() primary key,
    asset_id      uuid           references assets (id) on delete cascade,
    user_id       varchar(255),
    session_id    varchar(255),
    usage_type    varchar(50)    not null check (usage_type in ('download', 'view', 'request')),
    cost_incurred numeric(10, 4) default 0,
    metadata      jsonb          not null default '{}',
    created_at    timestamp      not null default current_timestamp
);

-- A generation from the moment it was accepted. The lease says until when a process has promised to work on it; a job
-- whose lease is over belongs to whoever takes it next.
create table if not exists asset_generation_jobs (
    generation_id    uuid           not null primary key,
    user_id          varchar(255)   not null,
    session_id       varchar(255)   not null,
    idempotency_key  varchar(128),
    request_hash     char(64)       not null,
    category         varchar(50)    not null check (
        category in ('environment', 'character', 'prop', 'audio', 'texture', 'animation', 'image')),
    request          jsonb          not null,
    status           varchar(20)    not null default 'pending'
        check (status in ('pending', 'processing', 'completed', 'failed')),
    progress         numeric(5, 2)  not null default 0 check (progress between 0 and 100),
    strategy         varchar(20),
    provider         varchar(50),
    provider_task_id varchar(255),
    estimated_cost   numeric(10, 4) not null default 0,
    cost             numeric(10, 4) not null default 0,
    provider_usage   jsonb,
    provider_result  jsonb,
    asset_id         uuid           references assets (id) on delete set null,
    error_type       varchar(50),
    error_message    text,
    created_at       timestamp      not null default current_timestamp,
    started_at       timestamp,
    completed_at     timestamp,
    updated_at       timestamp      not null default current_timestamp,
    lease_until      timestamp
);
create unique index if not exists uq_asset_generation_jobs_key on asset_generation_jobs (user_id, idempotency_key)
    where idempotency_key is not null;
create unique index if not exists uq_asset_generation_jobs_task on asset_generation_jobs (provider, provider_task_id)
    where provider_task_id is not null;
create index if not exists idx_asset_generation_jobs_user on asset_generation_jobs (user_id, created_at desc);
create index if not exists idx_asset_generation_jobs_open on asset_generation_jobs (status, created_at)
    where status in ('pending', 'processing');
create index if not exists idx_asset_generation_jobs_session on asset_generation_jobs (session_id, created_at);

create or replace function asset_generation_job_rules() returns trigger language plpgsql as $$
begin
    if old.status in ('completed', 'failed') and new.status is distinct from old.status then
        raise exception 'generation % is % and stays so', old.generation_id, old.status;
    end if;
    new.progress = greatest(new.progress, old.progress);
    new.updated_at = current_timestamp;
    return new;
end;
$$;
drop trigger if exists asset_generation_jobs_rules on asset_generation_jobs;
create trigger asset_generation_jobs_rules before update on asset_generation_jobs
    for each row execute function asset_generation_job_rules();

-- When the 24 hours of a session's budget began. What was spent since is the sum over its jobs.
create table if not exists asset_budget_windows (
    user_id    varchar(255) not null,
    session_id varchar(255) not null,
    started_at timestamp    not null,
    primary key (user_id, session_id)
);

create table if not exists api_providers (
    id            serial       primary key,
    provider_key  varchar(50)  not null unique,
    provider_name varchar(100) not null unique,
    pricing_model varchar(20)  not null
        check (pricing_model in ('tier_based', 'credit_based', 'per_image', 'token_based', 'compute_time')),
    capabilities  text[]       not null default '{}',
    is_active     boolean      not null default true,
    created_at    timestamp    not null default current_timestamp,
    updated_at    timestamp    not null default current_timestamp
);

create table if not exists api_pricing_tiers (
    id             serial         primary key,
    provider_id    integer        not null references api_providers (id),
    tier_name      varchar(100)   not null,
    asset_category varchar(50)    not null default '*',
    size_class     varchar(20)    not null default '*',
    base_cost      numeric(12, 6) not null,
    cost_unit      varchar(30)    not null,
    attributes     jsonb          not null default '{}',
    valid_from     timestamp      not null default current_timestamp,
    valid_to       timestamp,
    updated_at     timestamp      not null default current_timestamp
);
create unique index if not exists uq_api_pricing_tiers_current
    on api_pricing_tiers (provider_id, tier_name, asset_category, size_class, cost_unit) where valid_to is null;

create table if not exists api_usage_costs (
    id              bigserial      primary key,
    log_id          varchar(64)    not null unique,
    user_id         varchar(255)   not null,
    provider_id     integer        references api_providers (id),
    provider_key    varchar(100)   not null,
    operation       varchar(100)   not null,
    asset_id        uuid,
    request_id      varchar(255),
    units           numeric(14, 4) not null default 1,
    unit_cost       numeric(14, 8) not null default 0,
    total_cost      numeric(12, 4) not null default 0 check (total_cost >= 0),
    tokens          integer        not null default 0 check (tokens >= 0),
    images          integer        not null default 0 check (images >= 0),
    models          integer        not null default 0 check (models >= 0),
    credits         integer        not null default 0 check (credits >= 0),
    quality         varchar(50)    not null default 'standard',
    model           varchar(100),
    api_response_id varchar(255),
    cost_breakdown  jsonb          not null default '{}',
    usage_metrics   jsonb          not null default '{}',
    billing_period  char(7)        not null,
    metadata        jsonb          not null default '{}',
    created_at      timestamp      not null default current_timestamp
);
create unique index if not exists uq_api_usage_costs_request on api_usage_costs (user_id, request_id)
    where request_id is not null;
create index if not exists idx_api_usage_costs_user_created on api_usage_costs (user_id, created_at);
create index if not exists idx_api_usage_costs_period_provider on api_usage_costs (billing_period, provider_key);
create index if not exists idx_api_usage_costs_created on api_usage_costs (created_at);
