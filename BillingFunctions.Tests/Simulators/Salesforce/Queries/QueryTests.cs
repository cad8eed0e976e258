using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Simulators.Salesforce.Queries;

public sealed class QueryTests
{
    [Theory]
    [InlineData("Name = 'ada'", "c1")]
    [InlineData("Billing_Customer_Id__c = 'C1'", "")]
    [InlineData("Name != 'Ada'", "c2,c3,c4")]
    [InlineData("Phone = null", "c2,c3,c4")]
    [InlineData("Phone != NULL AND Name = 'Ada'", "c1")]
    [InlineData(@"Name = 'O\'Neil \\ Sons'", "c3")]
    [InlineData("Name IN ('Ada', 'Bea') AND Billing_Customer_Id__c > 'c1'", "c2")]
    [InlineData("Name NOT IN ('Ada', 'Bea')", "c3,c4")]
    [InlineData("Name >= 'Bea' AND Name < 'Cy'", "c2")]
    [InlineData("Phone < '5'", "c1")]
    [InlineData("IsDeleted = true", "")]
    [InlineData("IsDeleted = false AND Name<='Bea'", "c1,c2")]
    [InlineData("SystemModstamp >= 2026-03-01T00:00:01.000Z", "c2,c3,c4")]
    [InlineData("SystemModstamp > 2026-03-01T01:00:01+01:00 AND SystemModstamp < 2026-03-01T00:00:03Z", "c3")]
    public async Task Query_Conditions_FindsWhatTheyDescribe(string conditions, string expected)
    {
        await using var simulator = await FilledAsync();
        using var http = await simulator.ConnectAsync();

        var found = await http.QueryAsync($"SELECT Billing_Customer_Id__c FROM Account WHERE {conditions}", "Billing_Customer_Id__c", "query");

        Assert.Equal(expected, string.Join(',', found));
    }

    [Theory]
    [InlineData("ORDER BY Name DESC", "c4,c3,c2,c1")]
    [InlineData("ORDER BY Phone, Name DESC", "c4,c3,c2,c1")]
    [InlineData("ORDER BY Phone DESC NULLS LAST, Name ASC LIMIT 2", "c1,c2")]
    [InlineData("order by SystemModstamp limit 1", "c1")]
    public async Task Query_OrderAndLimit_AreKept(string rest, string expected)
    {
        await using var simulator = await FilledAsync();
        using var http = await simulator.ConnectAsync();

        var found = await http.QueryAsync($"SELECT Billing_Customer_Id__c FROM Account {rest}", "Billing_Customer_Id__c", "query");

        Assert.Equal(expected, string.Join(',', found));
    }

    [Fact]
    public async Task Query_Ids_AcceptsBothLengthsAndAnswersFieldsInOrder()
    {
        await using var simulator = await FilledAsync();
        using var http = await simulator.ConnectAsync();
        var id = simulator.Records.FindBy("Account", "Name", "Ada")[0].Id;

        var answer = await http.QueryAsync($"SELECT Name, id, isdeleted FROM account WHERE Id IN ('{id[..15]}')");

        var record = Assert.Single(answer.GetProperty("records").EnumerateArray());
        Assert.Equal(["attributes", "Name", "Id", "IsDeleted"], record.EnumerateObject().Select(property => property.Name));
        Assert.Equal((id, "Account"), (record.GetProperty("Id").GetString(), record.GetProperty("attributes").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task QueryAll_DeletedRecord_IsFoundWithIsDeleted()
    {
        await using var simulator = await FilledAsync();
        using var http = await simulator.ConnectAsync();
        simulator.Records.Delete("Account", simulator.Records.FindBy("Account", "Name", "Bea")[0].Id);

        var found = await http.QueryAsync("SELECT Billing_Customer_Id__c FROM Account WHERE IsDeleted = true", "Billing_Customer_Id__c", "queryAll");
        var count = await http.QueryAsync("SELECT COUNT() FROM Account");

        Assert.Equal(["c2"], found);
        Assert.Equal((3, true, 0), (count.GetProperty("totalSize").GetInt32(), count.GetProperty("done").GetBoolean(), count.GetProperty("records").GetArrayLength()));
    }

    [Fact]
    public async Task Query_MoreThanAPage_GoesOnAtNextRecordsUrlWithWhatWasFoundFirst()
    {
        await using var simulator = await SalesforceFake.StartAsync(change: options => options with { QueryPageSize = 4 });
        using var http = await simulator.ConnectAsync();
        simulator.Records.CreateAll("Account", Enumerable.Range(1, 10).Select(number => ((string, object?)[])[("Name", $"n{number:00}")]));
        var names = new List<string?>();
        var pages = 0;

        for (var path = $"{SalesforceFake.Api}/query?q=SELECT+Name+FROM+Account"; path is not null; pages++)
        {
            using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);
            var page = await response.JsonAsync();
            names.AddRange(page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("Name").GetString()));
            simulator.Records.Create("Account", ("Name", "later"));
            path = page.TryGetProperty("nextRecordsUrl", out var next) ? next.GetString() : null;
            Assert.Equal((10, path is null), (page.GetProperty("totalSize").GetInt32(), page.GetProperty("done").GetBoolean()));
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"n{number:00}"), names);
        Assert.Equal((400, "INVALID_QUERY_LOCATOR"), await http.SendAsync(HttpMethod.Get, "/query/01g000000000000-4").RefusedAsync());
    }

    [Theory]
    [InlineData("SELECT Id FROM", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name = Ada", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'Ada", "MALFORMED_QUERY")]
    [InlineData("SELECT Id FROM Account WHERE Name = 'A' OR Name = 'B'", "MALFORMED_QUERY")]
    [InlineData("SELECT Color__c FROM Account", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE SystemModstamp > '2026-03-01T00:00:00Z'", "INVALID_FIELD")]
    [InlineData("SELECT Id FROM Account WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR")]
    [InlineData("SELECT Id FROM Lead", "INVALID_TYPE")]
    public async Task Query_NotUnderstood_IsRefusedWithThePlace(string query, string code)
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();

        using var response = await http.SendAsync(HttpMethod.Get, $"/query?q={Uri.EscapeDataString(query)}");

        var error = (await response.JsonAsync())[0];
        Assert.Equal((400, code), ((int)response.StatusCode, error.GetProperty("errorCode").GetString()));
        Assert.Contains("ERROR at Row:1:Column:", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<SalesforceSimulator> FilledAsync()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var simulator = await SalesforceFake.StartAsync(clock);
        foreach (var (number, name) in new[] { "Ada", "Bea", @"O'Neil \ Sons", "Zoe" }.Index())
        {
            simulator.Records.Create("Account", ("Name", name), ("Billing_Customer_Id__c", $"c{number + 1}"), ("Phone", number == 0 ? "1" : null));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        return simulator;
    }
}
