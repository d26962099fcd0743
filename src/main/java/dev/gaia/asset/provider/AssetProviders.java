package dev.gaia.asset.provider;

import dev.gaia.StartRefused;
import dev.gaia.asset.AssetSettings;
import dev.gaia.chat.provider.ProviderSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which providers of assets can be asked now. */
public final class AssetProviders {

    private static final String NOT_CONFIGURED = "not_configured";

    private final ProviderTable table;
    private final ProviderSettings settings;
    private final Map<String, CircuitBreaker> breakers;
    private final boolean simulated;

    /** @throws StartRefused when production is to be simulated */
    public AssetProviders(
            ProviderTable table,
            ProviderSettings settings,
            AssetSettings assets,
            String environment,
            Map<String, CircuitBreaker> breakers) {
        this.table = table;
        this.settings = settings;
        this.breakers = Map.copyOf(breakers);
        boolean production = environment.toLowerCase(Locale.ROOT).startsWith("prod");
        if (production && "true".equals(assets.simulated())) {
            throw new StartRefused("`gaia.asset.simulated` is true, but `gaia.environment` is " + environment
                    + "; simulated files are no product. Set it to false, and the key of a provider.");
        }
        boolean none = table.providers().stream().noneMatch(entry -> configured(entry.name()));
        this.simulated =
                "true".equals(assets.simulated()) || ("auto".equals(assets.simulated()) && none && !production);
    }

    public ProviderTable table() {
        return table;
    }

    /** True while small marked files stand in for what providers make. */
    public boolean simulated() {
        return simulated;
    }

    /** Those that can be asked to make the category now, in the order in which they are asked. */
    public List<ProviderTable.Entry> makers(String category) {
        return simulated ? List.of(standIn(category)) : configured(table.chains(), category);
    }

    /** Those that can be asked to adapt a stored asset of the category now, in the order in which they are asked. */
    public List<ProviderTable.Entry> adapters(String category) {
        boolean possible = !table.adapters().getOrDefault(category, List.of()).isEmpty();
        return simulated && possible ? List.of(standIn(category)) : configured(table.adapters(), category);
    }

    /** The forms of file in which an asset of the category can be adapted. */
    public List<String> baseFormats(String category) {
        return table.baseFormats().getOrDefault(category, List.of());
    }

    private ProviderTable.Entry standIn(String category) {
        return table.named(table.standIns().get(category));
    }

    private List<ProviderTable.Entry> configured(Map<String, List<String>> chains, String category) {
        return chains.getOrDefault(category, List.of()).stream()
                .filter(this::configured)
                .map(table::named)
                .toList();
    }

    /** The title a refusal names when nobody can make the category; empty when nobody ever could. */
    public String wanted(String category) {
        List<String> chain = table.chains().getOrDefault(category, List.of());
        return chain.isEmpty()
                ? ""
                : table.named(chain.getLast().equals("stability") ? "openai" : chain.getLast())
                        .title();
    }

    /** {@code available}, {@code unavailable} or {@code not_configured} by provider. */
    public Map<String, String> states() {
        Map<String, String> states = new LinkedHashMap<>();
        if (simulated) {
            states.put("simulated", "available");
        }
        table.providers().stream()
                .map(ProviderTable.Entry::name)
                .filter(breakers::containsKey)
                .forEach(name -> states.put(name, state(name)));
        return states;
    }

    /** {@code available}, {@code partial} or {@code unavailable}, over all that are configured. */
    public String summary() {
        List<String> known = states().values().stream()
                .filter(state -> !NOT_CONFIGURED.equals(state))
                .toList();
        long available = known.stream().filter("available"::equals).count();
        if (available == 0) {
            return "unavailable";
        }
        return available == known.size() ? "available" : "partial";
    }

    private String state(String name) {
        if (!configured(name)) {
            return NOT_CONFIGURED;
        }
        return breakers.get(name).getState() == CircuitBreaker.State.OPEN ? "unavailable" : "available";
    }

    /** A key alone is not enough where there is no address that everybody uses. */
    private boolean configured(String name) {
        return settings.configured(name)
                && !settings.endpoints().get(name).baseUrl().getHost().endsWith(".invalid");
    }
}
