package dev.gaia.chat.figures;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as answers write them. */
final class Rounded {

    private Rounded() {}

    static double thousandths(double value) {
        return round(value, 3);
    }

    static double hundredths(double value) {
        return round(value, 2);
    }

    private static double round(double value, int decimals) {
        return BigDecimal.valueOf(value)
                .setScale(decimals, RoundingMode.HALF_UP)
                .doubleValue();
    }

    static BigDecimal money(BigDecimal value, int decimals) {
        return value.setScale(decimals, RoundingMode.HALF_UP);
    }
}
