using System.Net;
using BillingFunctions.Testing.Fakes;

namespace BillingFunctions.Tests.Simulators.Salesforce.Resources;

public sealed class RecordResourceTests
{
    private const string ByCustomer = "/sobjects/Account/Billing_Customer_Id__c/";

    [Fact]
    public async Task Upsert_ByExternalId_CreatesThenUpdates()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        var path = ByCustomer + Uri.EscapeDataString("a/b c");

        using var created = await http.SendAsync(HttpMethod.Patch, path, new { Name = "  Ada ", Phone = "" });
        using var updated = await http.SendAsync(HttpMethod.Patch, path, new { Phone = "1" });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (created.StatusCode, updated.StatusCode));
        Assert.Equal((true, false), ((await created.JsonAsync()).GetProperty("created").GetBoolean(), (await updated.JsonAsync()).GetProperty("created").GetBoolean()));
        var record = Assert.Single(simulator.Records.FindBy("Account", "Billing_Customer_Id__c", "a/b c"));
        Assert.Equal(("Ada", "1"), (record.Text("Name"), record.Text("Phone")));
        using var read = await http.SendAsync(HttpMethod.Get, path);
        Assert.Equal(record.Id, (await read.JsonAsync()).GetProperty("Id").GetString());
        Assert.Equal(
            (400, "INVALID_FIELD"),
            await http.SendAsync(HttpMethod.Patch, path, new { Billing_Customer_Id__c = "a/b c" }).RefusedAsync());
    }

    [Fact]
    public async Task InsertGetUpdateDelete_ById_AnswerAsDocumented()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();

        using var created = await http.SendAsync(HttpMethod.Post, "/sobjects/Billing_Invoice__c", new { Billing_Invoice_Id__c = "in_1", Amount__c = 12.5 });
        var id = (await created.JsonAsync()).GetProperty("id").GetString()!;
        using var updated = await http.SendAsync(HttpMethod.Patch, $"/sobjects/Billing_Invoice__c/{id}", new { Amount__c = 13 });
        using var read = await http.SendAsync(HttpMethod.Get, $"/sobjects/Billing_Invoice__c/{id[..15]}?fields=Amount__c,CreatedDate");
        var record = await read.JsonAsync();
        using var deleted = await http.SendAsync(HttpMethod.Delete, $"/sobjects/Billing_Invoice__c/{id}");

        Assert.Equal(
            (HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.NoContent), (created.StatusCode, updated.StatusCode, deleted.StatusCode));
        Assert.Equal("13.0", record.GetProperty("Amount__c").GetRawText());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$", record.GetProperty("CreatedDate").GetString());
        Assert.Equal($"/services/data/v60.0/sobjects/Billing_Invoice__c/{id}", record.GetProperty("attributes").GetProperty("url").GetString());
        Assert.Equal((404, "NOT_FOUND"), await http.SendAsync(HttpMethod.Get, $"/sobjects/Billing_Invoice__c/{id}").RefusedAsync());
        Assert.Equal((404, "ENTITY_IS_DELETED"), await http.SendAsync(HttpMethod.Patch, $"/sobjects/Billing_Invoice__c/{id}", new { Amount__c = 1 }).RefusedAsync());
    }

    [Fact]
    public async Task Write_BreaksARule_IsRefusedWithItsCode()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();
        simulator.Records.Create("Account", ("Name", "Ada"), ("Billing_Customer_Id__c", "c1"));

        Assert.Equal((400, "REQUIRED_FIELD_MISSING"), await http.SendAsync(HttpMethod.Post, "/sobjects/Account", new { Phone = "1" }).RefusedAsync());
        Assert.Equal(
            (400, "DUPLICATE_VALUE"),
            await http.SendAsync(HttpMethod.Post, "/sobjects/Account", new { Name = "Bea", Billing_Customer_Id__c = "c1" }).RefusedAsync());
        Assert.Equal(
            (400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
            await http.SendAsync(HttpMethod.Post, "/sobjects/Account", new { Name = "Bea", CreatedDate = "2026-03-01T00:00:00Z" }).RefusedAsync());
        Assert.Equal((400, "INVALID_FIELD"), await http.SendAsync(HttpMethod.Post, "/sobjects/Account", new { Name = "Bea", Color__c = "red" }).RefusedAsync());
        Assert.Equal((404, "NOT_FOUND"), await http.SendAsync(HttpMethod.Post, "/sobjects/Lead", new { Name = "Bea" }).RefusedAsync());
        Assert.Equal((404, "NOT_FOUND"), await http.SendAsync(HttpMethod.Get, ByCustomer + "c2").RefusedAsync());
        Assert.Equal((404, "NOT_FOUND"), await http.SendAsync(HttpMethod.Get, "/elsewhere").RefusedAsync());
        Assert.Equal(1, simulator.Records.Count("Account"));
    }
}
