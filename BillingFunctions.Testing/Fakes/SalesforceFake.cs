using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Simulators.Salesforce;

namespace BillingFunctions.Testing.Fakes;

/// <summary>Starts simulators of Salesforce for tests, and speaks to them as any client would.</summary>
internal static class SalesforceFake
{
    public const string Api = "/services/data/v60.0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<SalesforceSimulator> StartAsync(
        TimeProvider? time = null, Func<SalesforceSimulatorOptions, SalesforceSimulatorOptions>? change = null)
    {
        var options = new SalesforceSimulatorOptions { Time = time ?? TimeProvider.System };
        return SalesforceSimulator.StartAsync(change?.Invoke(options) ?? options, Token);
    }

    /// <summary>A client that has a session.</summary>
    public static async Task<HttpClient> ConnectAsync(this SalesforceSimulator simulator)
    {
        var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };
        var options = new SalesforceSimulatorOptions();
        using var response = await http.TokenAsync(("grant_type", "client_credentials"), ("client_id", options.ClientId), ("client_secret", options.ClientSecret));
        var token = (await response.JsonAsync()).GetProperty("access_token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public static async Task<HttpResponseMessage> TokenAsync(this HttpClient http, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await http.PostAsync("/services/oauth2/token", content, Token);
    }

    /// <param name="path">The address after the version.</param>
    public static Task<HttpResponseMessage> SendAsync(this HttpClient http, HttpMethod method, string path, object? body = null)
    {
        var request = new HttpRequestMessage(method, Api + path) { Content = body is null ? null : JsonContent.Create(body) };
        return http.SendAsync(request, Token);
    }

    /// <summary>Upserts accounts by <c>Billing_Customer_Id__c</c>.</summary>
    public static async Task<List<JsonElement>> UpsertAsync(this HttpClient http, params IEnumerable<(string Id, string Name)> accounts)
    {
        using var response = await http.SendAsync(HttpMethod.Patch, "/composite/sobjects/Account/Billing_Customer_Id__c", Accounts(accounts));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.JsonAsync()).EnumerateArray()];
    }

    /// <summary>The body of a call that upserts accounts.</summary>
    public static object Accounts(IEnumerable<(string Id, string Name)> accounts) => new
    {
        allOrNone = false,
        records = accounts.Select(account => new { attributes = new { type = "Account" }, Billing_Customer_Id__c = account.Id, account.Name }),
    };

    /// <summary>The answer to a query.</summary>
    public static async Task<JsonElement> QueryAsync(this HttpClient http, string soql, string resource = "query")
    {
        using var response = await http.SendAsync(HttpMethod.Get, $"/{resource}?q={Uri.EscapeDataString(soql)}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    /// <summary>One field of all records that a query finds on its first page.</summary>
    public static async Task<List<string?>> QueryAsync(this HttpClient http, string soql, string field, string resource)
        => [.. (await http.QueryAsync(soql, resource)).GetProperty("records").EnumerateArray().Select(record => record.GetProperty(field).ToString())];

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Token);

    /// <summary>Status and error code of a refused call.</summary>
    public static async Task<(int Status, string? Code)> RefusedAsync(this Task<HttpResponseMessage> call)
    {
        using var response = await call;
        return ((int)response.StatusCode, (await response.JsonAsync())[0].GetProperty("errorCode").GetString());
    }
}
