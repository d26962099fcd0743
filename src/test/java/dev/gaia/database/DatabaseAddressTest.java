package dev.gaia.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "postgres", "postgresql+asyncpg", "jdbc:postgresql"})
    void readsEveryFormOfTheScheme(String scheme) {
        var address = DatabaseAddress.parse(scheme + "://me:secret@db.example:6543/platform?sslmode=require");

        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6543/platform?sslmode=require");
        assertThat(address.user()).contains("me");
        assertThat(address.password()).contains("secret");
    }

    @Test
    void decodesPercentSignsAndKeepsPlusSigns() {
        var address = DatabaseAddress.parse("postgres://a%40b:p%2Fw%3A+1%25@[::1]:5432/my%20base");

        assertThat(address.user()).contains("a@b");
        assertThat(address.password()).contains("p/w:+1%");
        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://[::1]:5432/my%20base");
    }

    @Test
    void bearsPasswordWithUnencodedSigns() {
        var address = DatabaseAddress.parse("postgresql://me:p@ss%zz@host/db");

        assertThat(address.password()).contains("p@ss%zz");
        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://host/db");
    }

    @Test
    void takesCredentialsOfAJdbcUrlOutOfItsParameters() {
        var address = DatabaseAddress.parse("jdbc:postgresql://h1:1,h2:2/db?user=me&password=a%26b&connect_timeout=4");

        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://h1:1,h2:2/db?connectTimeout=4");
        assertThat(address.user()).contains("me");
        assertThat(address.password()).contains("a&b");
    }

    @Test
    void doesWithoutCredentialsAndName() {
        var address = DatabaseAddress.parse("postgresql://localhost");

        assertThat(address.user()).isEmpty();
        assertThat(address.password()).isEmpty();
        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://localhost/");
    }

    @Test
    void callsSslModesAsTheDriverDoes() {
        assertThat(DatabaseAddress.parse("postgresql://h/d?ssl=require").jdbcUrl())
                .endsWith("?sslmode=require");
        assertThat(DatabaseAddress.parse("postgresql://h/d?ssl=true").jdbcUrl()).endsWith("?ssl=true");
    }

    @Test
    void refusesOtherDatabasesWithoutRepeatingThePassword() {
        assertThatThrownBy(() -> DatabaseAddress.parse("mysql://me:secret@host/db"))
                .hasMessageContaining("it must look like postgresql://user:password@host:5432/name")
                .hasMessageNotContaining("secret");
    }

    @Test
    void neverShowsCredentials() {
        assertThat(DatabaseAddress.parse("postgresql://me:secret@host/db").toString())
                .doesNotContain("secret");
    }
}
