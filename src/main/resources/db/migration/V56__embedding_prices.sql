-- What a million tokens cost at the models that turn texts into vectors, as read in November 2026. The tier names the
-- model; one without a row, like one's own, is booked with its tokens and no price.

insert into api_pricing_tiers (provider_id, tier_name, asset_category, base_cost, cost_unit)
select id, model, 'text_embedding', cost, 'per_million_tokens'
from api_providers
cross join (values ('text-embedding-3-small', 0.02), ('text-embedding-3-large', 0.13)) as price (model, cost)
where provider_key = 'openai_gpt'
on conflict do nothing;
