namespace BillingFunctions.Tests.Platform.OpenApi;

/// <summary>What the other tests of this folder would notice.</summary>
public sealed class ApiContractTests
{
    private static readonly ApiContract Contract = new("""
        {
          "paths": {
            "/api/things/{id}": {
              "get": {
                "operationId": "GetThing",
                "responses": {
                  "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                  "204": {},
                  "default": { "content": { "application/problem+json": { "schema": { "type": "object" } } } }
                }
              }
            }
          },
          "components": {
            "schemas": {
              "Thing": {
                "type": "object",
                "required": ["id", "parts"],
                "properties": { "id": { "type": "string" }, "at": { "type": ["null", "string"], "format": "date-time" }, "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } } }
              },
              "Part": { "type": "object", "properties": { "amount": { "type": "integer" } } }
            }
          }
        }
        """);

    [Theory]
    [InlineData(200, "application/json", """{ "id": "a", "parts": [{ "amount": 1 }] }""")]
    [InlineData(200, "application/json", """{ "id": "a", "at": "2026-10-01T00:00:00Z", "parts": [] }""")]
    [InlineData(204, "", "")]
    [InlineData(503, "application/problem+json", "{}")]
    public void BreachesOf_AnswerAsDescribed_AreNone(int status, string mediaType, string body) => Assert.Empty(BreachesOf("/api/things/1", status, mediaType, body));

    [Theory]
    [InlineData("/api/things/1/parts", 200, "application/json", """{ "id": "a", "parts": [] }""")]
    [InlineData("/api/things/1", 404, "application/problem+json", "{}")]
    [InlineData("/api/things/1", 200, "text/csv", "a")]
    [InlineData("/api/things/1", 204, "application/json", "{}")]
    [InlineData("/api/things/1", 503, "application/json", "{}")]
    [InlineData("/api/things/1", 200, "application/json", """{ "id": "a" }""")]
    [InlineData("/api/things/1", 200, "application/json", """{ "id": 1, "parts": [] }""")]
    [InlineData("/api/things/1", 200, "application/json", """{ "id": "a", "parts": [], "more": 1 }""")]
    [InlineData("/api/things/1", 200, "application/json", """{ "id": "a", "parts": [{ "amount": 1, "more": 1 }] }""")]
    [InlineData("/api/things/1", 200, "application/json", """{ "id": "a", "at": "yesterday", "parts": [] }""")]
    public void BreachesOf_AnythingElse_AreSome(string path, int status, string mediaType, string body) => Assert.NotEmpty(BreachesOf(path, status, mediaType, body));

    private static IReadOnlyList<string> BreachesOf(string path, int status, string mediaType, string body) =>
        Contract.BreachesOf(new ApiCall("GET", new Uri(new Uri("http://localhost"), path), status, mediaType, body));
}
