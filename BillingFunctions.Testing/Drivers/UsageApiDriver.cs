using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays a caller of the usage billing API.</summary>
internal sealed class UsageApiDriver(HttpClient http)
{
    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="body">Text as it stands, or anything else as JSON; null for none.</param>
    /// <param name="headers">Headers; a name may be there several times.</param>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, object? body = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body switch
            {
                null => null,
                string text => new StringContent(text, Encoding.UTF8, "application/json"),
                _ => JsonContent.Create(body),
            },
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer(
            (int)response.StatusCode, answer.Length > 0 ? JsonDocument.Parse(answer).RootElement : default, response.Headers.Location?.ToString(), response.Headers.ETag?.Tag);
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, object? body, params IReadOnlyList<(string Name, string Value)> headers) => SendAsync(HttpMethod.Post, path, body, headers);

    public Task<ApiAnswer> PatchAsync(string path, object? body, params IReadOnlyList<(string Name, string Value)> headers) => SendAsync(HttpMethod.Patch, path, body, headers);

    public Task<ApiAnswer> PutAsync(string path, object? body) => SendAsync(HttpMethod.Put, path, body);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Adds an organization.</summary>
    /// <returns>Its id.</returns>
    public Task<string> AddOrganizationAsync(string name = "Acme") => AddAsync("api/organizations", new { name, email = "billing@example.com" });

    /// <summary>Adds an invoice.</summary>
    /// <returns>Its id.</returns>
    public Task<string> AddInvoiceAsync(string organizationId, string period, string currency = "usd") =>
        AddAsync("api/invoices", new { organization_id = organizationId, period, currency });

    /// <summary>Adds an item.</summary>
    /// <returns>Its id.</returns>
    public Task<string> AddItemAsync(string invoice, long amount, DateTimeOffset occurredAt, string? product = null) =>
        AddAsync("api/invoice_items", new { invoice, amount, occurred_at = occurredAt, product, description = $"usage of {amount}" });

    /// <summary>Waits until an item is at Stripe.</summary>
    /// <returns>The item.</returns>
    public Task<JsonElement> SyncedAsync(string id) => UntilAsync(
        $"api/invoice_items/{id}", item => item.GetProperty("sync_status").GetString() == "synced" && item.GetProperty("stripe_id").ValueKind == JsonValueKind.String);

    /// <summary>Asks until what is shown is as it should be.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> isIt) =>
        (await Poll.UntilAsync(() => GetAsync(path), answer => answer.Status == 200 && isIt(answer.Body), TimeSpan.FromMinutes(1))).Body;

    private async Task<string> AddAsync(string path, object body)
    {
        var answer = await PostAsync(path, body);
        Assert.True(answer.Status == 201, answer.ToString());
        return answer.Id;
    }
}

/// <summary>What the API answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The JSON; undefined when there is none.</param>
/// <param name="Location">Where what was made is.</param>
/// <param name="Tag">The version.</param>
internal sealed record ApiAnswer(int Status, JsonElement Body, string? Location, string? Tag)
{
    public string Id => Body.GetProperty("id").GetString()!;

    /// <summary>The fields that are wrong; empty when none is named.</summary>
    public IReadOnlyList<string> Fields =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)] : [];

    public string? Text(string field) => Body.GetProperty(field).GetString();
}
