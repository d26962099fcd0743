package dev.gaia.asset.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A walk over a store that lists its files in pages, each of which names the next one. For one thread. */
final class PagedWalk implements ObjectWalk {

    /** @param next what the next page is asked for with; empty for the last page */
    record Page(List<Entry> entries, Optional<String> next) {}

    /** Asks for a page of at most so many files: the first one, or the one that the page before named. */
    interface Pages {
        Page get(Optional<String> token, int max) throws IOException, InterruptedException;
    }

    private final Pages pages;
    private Optional<String> token = Optional.empty();
    private boolean over;

    PagedWalk(Pages pages) {
        this.pages = pages;
    }

    @Override
    public List<Entry> next(int max) throws IOException, InterruptedException {
        List<Entry> found = List.of();
        while (found.isEmpty() && !over) {
            Page page = pages.get(token, max);
            found = page.entries();
            token = page.next();
            over = token.isEmpty();
        }
        return found;
    }
}
