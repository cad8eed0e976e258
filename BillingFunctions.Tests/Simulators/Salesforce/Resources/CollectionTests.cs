using System.Text.Json;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Simulators.Salesforce.Resources;

public sealed class CollectionTests
{
    private const string ByCustomer = "/composite/sobjects/Account/Billing_Customer_Id__c";

    [Fact]
    public async Task Upsert_NewAndKnown_AnswersInOrderWhetherEachWasCreated()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();

        var first = await http.UpsertAsync(("c1", "Ada"), ("c2", "Bea"));
        var second = await http.UpsertAsync(("c3", "Cy"), ("c2", "Beate"));

        Assert.Equal([true, true], first.Select(result => result.GetProperty("created").GetBoolean()));
        Assert.Equal([true, false], second.Select(result => result.GetProperty("created").GetBoolean()));
        Assert.All([.. first, .. second], result => Assert.True(result.GetProperty("success").GetBoolean()));
        Assert.Equal(IdOf(first[1]), IdOf(second[1]));
        Assert.Equal(18, IdOf(second[0]).Length);
        Assert.Equal(["Ada", "Beate", "Cy"], simulator.Records.All("Account").Select(record => record.Text("Name")));
        Assert.Equal((2, 4), (simulator.Calls.Count(ByCustomer), simulator.Calls.Records(ByCustomer)));
    }

    [Fact]
    public async Task Upsert_SomeRecordsRefused_WritesTheOthersAndKeepsTheOrder()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();

        using var response = await http.SendAsync(HttpMethod.Patch, ByCustomer, new
        {
            records = new object[]
            {
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c1", Name = "Ada" },
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c2" },
                new { attributes = new { type = "Account" }, Name = "Without id" },
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c3", Name = new string('x', 256) },
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c4", Name = "Dan", Email__c = "nobody" },
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c1", Name = "Ada twice" },
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c5", Name = "Eve" },
            },
        });

        var results = (await response.JsonAsync()).EnumerateArray().ToList();
        Assert.Equal(
            [null, "REQUIRED_FIELD_MISSING", "MISSING_ARGUMENT", "STRING_TOO_LONG", "INVALID_EMAIL_ADDRESS", "DUPLICATE_VALUE", null],
            results.Select(CodeOf));
        Assert.Equal("Name", results[1].GetProperty("errors")[0].GetProperty("fields")[0].GetString());
        Assert.False(results[1].TryGetProperty("id", out _));
        Assert.Equal(["Ada", "Eve"], simulator.Records.All("Account").Select(record => record.Text("Name")));
    }

    [Fact]
    public async Task Upsert_AllOrNone_WritesNothingWhenOneIsRefused()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        await http.UpsertAsync(("c1", "Ada"));

        using var response = await http.SendAsync(HttpMethod.Patch, ByCustomer, new
        {
            allOrNone = true,
            records = new object[]
            {
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c1", Name = "Other" },
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c2", Name = "Bea" },
                new { attributes = new { type = "Account" }, Billing_Customer_Id__c = "c3" },
            },
        });

        var results = (await response.JsonAsync()).EnumerateArray();
        Assert.Equal(["ALL_OR_NONE_OPERATION_ROLLED_BACK", "ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"], results.Select(CodeOf));
        Assert.Equal("Ada", Assert.Single(simulator.Records.All("Account")).Text("Name"));
        Assert.True((await http.UpsertAsync(("c2", "Bea")))[0].GetProperty("created").GetBoolean());
    }

    [Fact]
    public async Task Upsert_MoreThan200Records_IsRefusedAsAWhole()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        var accounts = Enumerable.Range(1, 201).Select(number => ($"c{number}", "Ada")).ToList();

        var refused = await http.SendAsync(HttpMethod.Patch, ByCustomer, SalesforceFake.Accounts(accounts)).RefusedAsync();
        var written = await http.UpsertAsync(accounts.Take(200));

        Assert.Equal((400, "EXCEEDED_ID_LIMIT"), refused);
        Assert.Equal((200, 200), (written.Count, simulator.Records.Count("Account")));
    }

    [Theory]
    [InlineData("""{ "records": [{ "attributes": { "type": "Account" }, "Billing_Customer_Id__c": "c1", "Color__c": "red" }] }""", "INVALID_FIELD")]
    [InlineData("""{ "records": [{ "attributes": { "type": "Account" }, "Billing_Customer_Id__c": "c1", "Name": 5 }] }""", "JSON_PARSER_ERROR")]
    [InlineData("""{ "records": [{ "attributes": { "type": "Lead" }, "Billing_Customer_Id__c": "c1" }] }""", "INVALID_TYPE")]
    [InlineData("""{ "records": [{ "Billing_Customer_Id__c": "c1" }] }""", "INVALID_TYPE")]
    [InlineData("""{ "records": {} }""", "JSON_PARSER_ERROR")]
    public async Task Upsert_BodyOfAnotherForm_IsRefusedAsAWhole(string body, string code)
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();

        Assert.Equal((400, code), await http.SendAsync(HttpMethod.Patch, ByCustomer, JsonElement.Parse(body)).RefusedAsync());
        Assert.Equal((404, "NOT_FOUND"), await http.SendAsync(HttpMethod.Patch, "/composite/sobjects/Account/Phone", JsonElement.Parse(body)).RefusedAsync());
    }

    [Fact]
    public async Task Upsert_NothingNew_StillMovesSystemModstamp()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, 5, TimeSpan.Zero));
        await using var simulator = await SalesforceFake.StartAsync(clock);
        using var http = await simulator.ConnectAsync();

        await http.UpsertAsync(("c1", "Ada"));
        var first = Assert.Single(simulator.Records.All("Account"));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await http.UpsertAsync(("c1", "Ada"));

        var second = Assert.Single(simulator.Records.All("Account"));
        Assert.Equal(TimeSpan.FromMilliseconds(1), second.SystemModstamp - first.SystemModstamp);
        Assert.Equal(simulator.ApiUserId, second.LastModifiedById);
    }

    [Fact]
    public async Task InsertUpdateUpsertByIdDelete_ManyRecords_AnswerEachInOrder()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        const string Path = "/composite/sobjects";

        var inserted = await ResultsAsync(http.SendAsync(HttpMethod.Post, Path, Records(new { Name = "Ada" }, new { Phone = "1" }, new { Name = "Bea" })));
        var (ada, bea) = (IdOf(inserted[0]), IdOf(inserted[2]));
        var updated = await ResultsAsync(http.SendAsync(HttpMethod.Patch, Path, Records(new { Id = ada[..15], Phone = "1" }, new { Phone = "2" }, new { id = "001", Phone = "3" })));
        var byId = await ResultsAsync(http.SendAsync(HttpMethod.Patch, Path + "/Account/Id", Records(new { Id = bea, Name = "Beate" })));
        var deleted = await ResultsAsync(http.SendAsync(HttpMethod.Delete, $"{Path}?ids={ada},{ada},{bea[..14]}ZAAA&allOrNone=false"));

        Assert.Equal([null, "REQUIRED_FIELD_MISSING", null], inserted.Select(CodeOf));
        Assert.Equal([null, "MISSING_ARGUMENT", "MALFORMED_ID"], updated.Select(CodeOf));
        Assert.Equal((bea, false), (IdOf(byId[0]), byId[0].GetProperty("created").GetBoolean()));
        Assert.Equal([null, "ENTITY_IS_DELETED", "MALFORMED_ID"], deleted.Select(CodeOf));
        Assert.True(simulator.Records.Find("Account", ada)!.IsDeleted);
        Assert.Equal("Beate", Assert.Single(simulator.Records.All("Account")).Text("Name"));
    }

    private static object Records(params object[] records) => new
    {
        records = records.Select(record => JsonSerializer.SerializeToNode(record)!.AsObject()).Select(record =>
        {
            record["attributes"] = JsonSerializer.SerializeToNode(new { type = "Account" });
            return record;
        }),
    };

    private static async Task<List<JsonElement>> ResultsAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        return [.. (await response.JsonAsync()).EnumerateArray()];
    }

    private static string IdOf(JsonElement result) => result.GetProperty("id").GetString()!;

    private static string? CodeOf(JsonElement result)
        => result.GetProperty("success").GetBoolean() ? null : result.GetProperty("errors")[0].GetProperty("statusCode").GetString();
}
