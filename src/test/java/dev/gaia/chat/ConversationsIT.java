package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.FakeModelProvider;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stored conversations over HTTP on a real database, and chats in them. */
class ConversationsIT {

    private static final String CONVERSATIONS = "/api/v1/conversations";
    private static final String UNKNOWN = "3f0c8a52-7d41-4f7e-9a63-0c5be4a1d2f9";

    private static ChatHub hub;

    @BeforeAll
    static void start() {
        hub = ChatHub.start();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void someoneNew() {
        hub.someoneNew();
    }

    private static JsonNode created(String body) {
        var answer = hub.post(CONVERSATIONS, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer);
    }

    private static String newId() {
        return created("{'title':'Puzzle ideas'}").path("id").asText();
    }

    private static List<String> texts(String id) {
        return json(hub.get(CONVERSATIONS + "/" + id + "/messages"))
                .path("messages")
                .findValuesAsText("content");
    }

    private static List<String> titles(String path) {
        var answer = hub.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).findValuesAsText("title");
    }

    @Test
    void createsListsRenamesAndDeletes() {
        var made = created("{'title':'Puzzle ideas'}");
        var id = made.path("id").asText();
        assertThat(made.fieldNames())
                .toIterable()
                .containsExactly("id", "title", "preview", "created_at", "updated_at");
        assertThat(made.path("preview").asText()).isEmpty();
        assertThat(made.path("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?");
        assertThat(created("").path("title").asText()).isEqualTo("New Conversation");
        assertThat(created("{'title':'" + "x".repeat(300) + "'}").path("title").asText())
                .hasSize(255);

        var renamed = hub.put(CONVERSATIONS + "/" + id, "{'title':'Better title','preview':'50% off_'}");
        assertThat(json(renamed).path("title").asText()).isEqualTo("Better title");
        assertThat(titles(CONVERSATIONS)).hasSize(3).startsWith("Better title");
        assertThat(json(hub.get("/api/v1/chat/conversations")).isArray()).isTrue();
        assertThat(json(hub.get(CONVERSATIONS + "/" + id)).path("preview").asText())
                .isEqualTo("50% off_");

        assertThat(titles("/api/v1/chat/conversations/search?q=BETTER")).containsExactly("Better title");
        assertThat(titles("/api/v1/chat/conversations/search?q=50%25%20OFF_")).containsExactly("Better title");
        assertThat(titles("/api/v1/chat/conversations/search?q=%25")).containsExactly("Better title");
        assertThat(titles("/api/v1/chat/conversations/search?q=nothing")).isEmpty();
        assertThat(hub.get("/api/v1/chat/conversations/search").statusCode()).isEqualTo(422);

        var deleted = hub.delete(CONVERSATIONS + "/" + id);
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
        assertThat(hub.delete(CONVERSATIONS + "/" + id).statusCode()).isEqualTo(404);
        assertThat(hub.get(CONVERSATIONS + "/" + id).statusCode()).isEqualTo(404);
        assertThat(titles("/api/v1/chat/conversations/search?q=better")).isEmpty();
        assertThat(json(hub.get("/api/v1/conversation-stats"))
                        .path("total_conversations")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void appendsAndListsMessagesOldestFirst() {
        var id = newId();
        var path = CONVERSATIONS + "/" + id + "/messages";

        var added = hub.post(path, "{'role':'user','content':'Hello'}");
        hub.post(path, "{'role':'assistant','content':'Hi','model':'m','provider':'p','tokens_used':3}");

        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(json(added).fieldNames())
                .toIterable()
                .containsExactly("id", "role", "content", "model", "provider", "tokens_used", "created_at");
        assertThat(json(added).path("model").isNull()).isTrue();
        assertThat(texts(id)).containsExactly("Hello", "Hi");
        var later = newId();
        assertThat(json(hub.get(CONVERSATIONS)).at("/conversations/0/id").asText())
                .isEqualTo(later);
        hub.post(path, "{'role':'user','content':'Bye'}");
        assertThat(json(hub.get(CONVERSATIONS)).at("/conversations/0/id").asText())
                .as("a message makes it the latest")
                .isEqualTo(id);
        hub.delete(CONVERSATIONS + "/" + later);
        assertThat(json(hub.get("/api/v1/conversation-stats")))
                .isEqualTo(json("{\"total_conversations\":1,\"total_messages\":3}"));
        assertThat(hub.post(path, "{'role':'robot','content':'x'}").statusCode())
                .isEqualTo(422);
        assertThat(hub.post(path, "{'role':'user'}").statusCode()).isEqualTo(422);
        assertThat(hub.post(path, "nonsense").statusCode()).isEqualTo(400);
        assertThat(hub.post(CONVERSATIONS, "[]").statusCode()).isEqualTo(400);
        assertThat(hub.post(CONVERSATIONS, "{'title':7}").statusCode()).isEqualTo(422);
    }

    @Test
    void hidesConversationsOfOthers() {
        var id = newId();
        var path = CONVERSATIONS + "/" + id;
        hub.someoneNew();

        assertThat(titles(CONVERSATIONS)).isEmpty();
        for (var answer : List.of(
                hub.get(path),
                hub.put(path, "{'title':'mine'}"),
                hub.delete(path),
                hub.get(path + "/messages"),
                hub.post(path + "/messages", "{'role':'user','content':'x'}"),
                hub.post("/api/v1/chat", "{'message':'x','conversation_id':'" + id + "'}"),
                hub.post("/api/v0.2/chat", "{'message':'x','conversation_id':'" + id + "'}"),
                hub.post("/api/v0.2/chat/stream", "{'message':'x','conversation_id':'" + id + "'}"),
                hub.get(CONVERSATIONS + "/" + UNKNOWN),
                hub.get(CONVERSATIONS + "/no-uuid"),
                hub.post("/api/v1/chat", "{'message':'x','conversation_id':'no-uuid'}"))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
            assertThat(answer.body())
                    .isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":\\\"Conversation not found\\\"}\"}");
        }
        assertThat(hub.hub().get(path).statusCode()).isEqualTo(401);
        assertThat(hub.provider().requests()).isEmpty();
    }

    @Test
    void chatsInAConversation() {
        var first = json(hub.post(
                "/api/v1/chat",
                "{'message':'Tell me about the very long history of puzzle rooms please','conversation_id':'new'}"));
        var id = first.at("/_metadata/conversation_id").asText();

        var second = json(hub.post("/api/v0.2/chat", "{'message':'And then?','conversation_id':'" + id + "'}"));

        assertThat(second.at("/_metadata/conversation_id").asText()).isEqualTo(id);
        var sent = hub.provider().lastRequest().orElseThrow().body().path("messages");
        assertThat(sent.findValuesAsText("role")).containsExactly("user", "assistant", "user");
        assertThat(texts(id))
                .containsExactly(
                        "Tell me about the very long history of puzzle rooms please",
                        FakeModelProvider.DEFAULT_TEXT,
                        "And then?",
                        FakeModelProvider.DEFAULT_TEXT);
        var stored = json(hub.get(CONVERSATIONS + "/" + id));
        assertThat(stored.path("title").asText())
                .isEqualTo("Tell me about the very long history of puzzle rooms...".substring(0, 50) + "...");
        assertThat(stored.path("preview").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        var messages = json(hub.get(CONVERSATIONS + "/" + id + "/messages")).path("messages");
        assertThat(messages.at("/1/provider").asText()).isEqualTo("claude");
        assertThat(messages.at("/1/tokens_used").asInt()).isPositive();
        assertThat(json(hub.get("/api/v1/chat/status")).path("message_count").asInt())
                .as("the dialogue without a conversation")
                .isZero();
    }

    @Test
    void readsAConversationThatIsNotInMemory() {
        var id = newId();
        hub.post(CONVERSATIONS + "/" + id + "/messages", "{'role':'user','content':'My name is Ann'}");
        hub.post(CONVERSATIONS + "/" + id + "/messages", "{'role':'assistant','content':'Hello Ann'}");

        hub.post("/api/v1/chat", "{'message':'Who am I?','conversation_id':'" + id + "','stream':true}");

        assertThat(hub.provider()
                        .lastRequest()
                        .orElseThrow()
                        .body()
                        .path("messages")
                        .findValuesAsText("content"))
                .containsExactly("My name is Ann", "Hello Ann", "Who am I?");
        assertThat(texts(id)).hasSize(4);
        hub.delete(CONVERSATIONS + "/" + id);
        assertThat(hub.post("/api/v1/chat", "{'message':'x','conversation_id':'" + id + "'}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void makesTheCallersRowOnFirstUse() {
        var user = hub.caller();
        newId();
        assertThat(hub.database().column("select id from users where id = '" + user + "'"))
                .containsExactly(user);

        var old = ChatHub.newCaller();
        hub.database().execute("insert into users (id, email) values ('" + old + "', 'old@users.gaia.local')");
        var made = hub.hub().post(CONVERSATIONS, "{}", ChatHub.as("old"));
        assertThat(made.statusCode())
                .as("found by the address of a caller without one")
                .isEqualTo(201);
        assertThat(hub.database().column("select title from conversations where user_id = '" + old + "'"))
                .hasSize(1);
        assertThat(hub.hub()
                        .post(CONVERSATIONS, "{}", ChatHub.as("auth0|no-uuid"))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void storesEveryTurnOnceAlthoughTheDatabaseBlinks() {
        var id = json(hub.post("/api/v0.3/chat", "{'message':'one'}"))
                .path("conversation_id")
                .asText();
        assertThat(texts(id)).hasSize(2);
        hub.database().execute("alter table conversations rename to conversations_away");
        String begun;
        try {
            assertThat(hub.post("/api/v0.3/chat", "{'message':'two','conversation_id':'" + id + "'}")
                            .statusCode())
                    .isEqualTo(200);
            var offline = hub.post("/api/v0.3/chat", "{'message':'three'}");
            assertThat(offline.statusCode()).as(offline.body()).isEqualTo(200);
            begun = json(offline).path("conversation_id").asText();
            assertThat(hub.post("/api/v0.3/chat", "{'message':'four','conversation_id':'" + begun + "'}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(hub.get(CONVERSATIONS).statusCode()).isEqualTo(500);
            assertThat(hub.post(CONVERSATIONS, "{}").statusCode()).isEqualTo(500);
            assertThat(hub.post("/api/v1/chat", "{'message':'x','conversation_id':'" + UNKNOWN + "'}")
                            .statusCode())
                    .isEqualTo(500);
        } finally {
            hub.database().execute("alter table conversations_away rename to conversations");
        }
        await().atMost(Duration.ofSeconds(15))
                .until(() -> "4"
                        .equals(hub.database()
                                .value("select count(*) from chat_messages where conversation_id = '" + begun + "'")));
        await().until(() -> hub.get(CONVERSATIONS).statusCode() == 200);

        assertThat(texts(id))
                .containsExactly("one", FakeModelProvider.DEFAULT_TEXT, "two", FakeModelProvider.DEFAULT_TEXT);
        assertThat(texts(begun))
                .containsExactly("three", FakeModelProvider.DEFAULT_TEXT, "four", FakeModelProvider.DEFAULT_TEXT);
        assertThat(titles(CONVERSATIONS)).containsExactlyInAnyOrder("one", "three");
    }

    @Test
    @Timeout(60)
    void anAnswerNeverWaitsForBeingStored() throws SQLException {
        String id;
        try (var holder = hub.database().dataSource().getConnection()) {
            holder.setAutoCommit(false);
            try (var statement = holder.createStatement()) {
                statement.execute("lock table chat_messages in share mode");
            }

            id = json(hub.post("/api/v0.3/chat", "{'message':'one'}"))
                    .path("conversation_id")
                    .asText();
            hub.post("/api/v0.3/chat", "{'message':'two','conversation_id':'" + id + "'}");

            assertThat(hub.provider()
                            .lastRequest()
                            .orElseThrow()
                            .body()
                            .path("messages")
                            .findValuesAsText("content"))
                    .containsExactly("one", FakeModelProvider.DEFAULT_TEXT, "two");
            assertThat(hub.database().value("select count(*) from chat_messages where conversation_id = '" + id + "'"))
                    .isEqualTo("0");
            holder.rollback();
        }
        await().untilAsserted(() -> assertThat(texts(id))
                .containsExactly("one", FakeModelProvider.DEFAULT_TEXT, "two", FakeModelProvider.DEFAULT_TEXT));
    }

    /** Attack T16: who a request is from is what its credential says. */
    @Test
    void takesNobodyForAnotherBecauseARequestSaysSo() {
        var other = ChatHub.newCaller();
        var claim = "'user_id':'" + other + "','_auth':{'auth_type':'jwt','user_id':'" + other
                + "'},'role':'admin','spend':0,'model_price':0}";

        for (var path : List.of("/api/v1/chat", "/api/v0.2/chat", "/api/v0.2/chat/stream", "/api/v0.3/chat")) {
            var answer = hub.hub()
                    .post(
                            path,
                            ("{'message':'Hello'," + claim).replace('\'', '"'),
                            "gaia-user-id",
                            other,
                            "X-User-Id",
                            other,
                            ChatHub.as(hub.caller())[0],
                            ChatHub.as(hub.caller())[1]);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
        }
        created("{'title':'Mine'," + claim);
        hub.post("/api/v0.2/usage/log", "{'provider':'dalle','operation':'image_generation','cost':0.01," + claim);
        var persona = json(hub.post(
                        "/api/v0.2/personas",
                        "{'name':'P " + other + "','description':'d','system_prompt':'p','created_by':'system',"
                                + "'is_active':false," + claim))
                .path("persona");

        assertThat(persona.path("created_by").asText()).isEqualTo(hub.caller());
        assertThat(persona.path("is_active").asBoolean()).isTrue();
        for (var table : List.of("chat_histories", "conversations", "api_usage_costs")) {
            var rows = "select count(*) from " + table + " where user_id = '";
            await().until(() -> Integer.parseInt(hub.database().value(rows + hub.caller() + "'")) > 0);
            assertThat(hub.database().value(rows + other + "'")).as(table).isEqualTo("0");
        }
    }

    @Test
    void previewsTheBeginningOfTheLastAnswer() {
        hub.provider().next("fake-say " + "word ".repeat(40));
        var id = json(hub.post("/api/v1/chat/direct-db", "{'message':'Hello'}"))
                .path("conversation_id")
                .asText();
        var expected = "word ".repeat(20) + "...";

        await().untilAsserted(() -> assertThat(
                        json(hub.get(CONVERSATIONS + "/" + id)).path("preview").asText())
                .isEqualTo(expected));
    }

    @Test
    void keepsTheQuestionButNoAnswerOfATurnThatFailed() {
        var id = newId();
        for (var stream : List.of("false", "true")) {
            hub.provider().next("fake-error-400");
            hub.post("/api/v0.3/chat", "{'message':'one','stream':" + stream + ",'conversation_id':'" + id + "'}");
        }
        hub.provider().next("fake-cut-after-2", "fake-error-400");
        hub.post("/api/v0.3/chat", "{'message':'two','stream':true,'conversation_id':'" + id + "'}");

        assertThat(texts(id)).containsExactly("one", "one", "two");
    }
}
