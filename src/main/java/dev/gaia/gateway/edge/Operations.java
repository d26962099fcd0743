package dev.gaia.gateway.edge;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The operations that are up. Routes come and go; requests always see one whole table. */
final class Operations {

    private final Set<Operation> operations = new LinkedHashSet<>();
    private volatile OperationTable table = new OperationTable(List.of());

    OperationTable table() {
        return table;
    }

    synchronized void add(Operation operation) {
        Collection<Operation> all = new LinkedHashSet<>(operations);
        all.removeIf(known -> known.consumer().isStopped() && known.overlaps(operation));
        all.add(operation);
        table = new OperationTable(all);
        operations.retainAll(all);
        operations.add(operation);
    }

    /** The operation that has taken the place of one whose route was taken away; empty when none has. */
    synchronized Optional<Operation> replacement(Operation gone) {
        return operations.stream()
                .filter(known -> !known.equals(gone) && known.overlaps(gone))
                .findFirst();
    }

    synchronized void remove(Operation operation) {
        operations.remove(operation);
        table = new OperationTable(operations);
    }
}
