package dev.gaia.chat.figures;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Moments as answers write them: UTC, six decimals, no zone. */
public final class NaiveTime {

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    private NaiveTime() {}

    public static String of(Instant moment) {
        return LocalDateTime.ofInstant(moment, ZoneOffset.UTC).format(FORM);
    }
}
