package dev.gaia.gateway.edge;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
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
        all.add(operation);
        table = new OperationTable(all);
        operations.add(operation);
    }

    synchronized void remove(Operation operation) {
        operations.remove(operation);
        table = new OperationTable(operations);
    }
}
