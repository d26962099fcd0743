package dev.gaia.asset.job;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * A way to meet a request, as the score of assets.md 3.3 sees it.
 *
 * @param name {@code database}, {@code hybrid} or {@code generation}
 * @param cost what a provider takes, in USD; only this is limited and charged
 * @param searchCost what the search counts for, in USD
 * @param millis how long it is expected to take
 * @param confidence that the result will do, 0 to 1
 */
record Way(String name, BigDecimal cost, BigDecimal searchCost, long millis, double confidence) {

    static final BigDecimal SEARCH_COST = new BigDecimal("0.0001");
    private static final double GENERATION_CONFIDENCE = 0.85;
    private static final double ADAPTATION_CONFIDENCE = 0.9;
    private static final long STORED_MILLIS = 100;
    private static final long ADAPTATION_MILLIS = 2000;
    private static final long GENERATION_MILLIS = 8000;
    private static final double EQUAL = 0.01;

    /** A stored asset as it is. */
    static Way database(double quality) {
        return new Way("database", BigDecimal.ZERO, SEARCH_COST, STORED_MILLIS, quality);
    }

    /** A stored asset that is adapted. */
    static Way hybrid(double quality, BigDecimal cost) {
        return new Way("hybrid", cost, SEARCH_COST, ADAPTATION_MILLIS, ADAPTATION_CONFIDENCE * quality);
    }

    /** A new asset. */
    static Way generation(BigDecimal cost) {
        return new Way("generation", cost, BigDecimal.ZERO, GENERATION_MILLIS, GENERATION_CONFIDENCE);
    }

    /** What that many modifications cost: never more than half of the highest price of one result. */
    static BigDecimal modificationCost(BigDecimal each, int count, BigDecimal highest) {
        BigDecimal most = highest.divide(BigDecimal.valueOf(2), 4, RoundingMode.DOWN);
        return each.multiply(BigDecimal.valueOf(count)).min(most).setScale(4, RoundingMode.HALF_UP);
    }

    /** The higher the better; the limit is {@code max_cost} of the request. */
    double score(BigDecimal limit) {
        double share = limit.signum() == 0 ? 0 : cost.add(searchCost).doubleValue() / limit.doubleValue();
        double quick = 1 - Math.min(millis / 10_000.0, 1);
        return 0.5 * confidence + 0.3 * (1 - share) + 0.2 * quick;
    }

    /** The best score; of equal ones the one in time, then the order in which the ways stand. */
    static Way best(List<Way> ways, BigDecimal limit, long waitMillis) {
        double highest =
                ways.stream().mapToDouble(way -> way.score(limit)).max().orElseThrow();
        List<Way> equal =
                ways.stream().filter(way -> highest - way.score(limit) <= EQUAL).toList();
        return equal.stream()
                .filter(way -> way.millis() <= waitMillis)
                .findFirst()
                .orElse(equal.getFirst());
    }
}
