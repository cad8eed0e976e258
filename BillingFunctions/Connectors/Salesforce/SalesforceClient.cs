using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Stripe;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace BillingFunctions.Connectors.Salesforce;

/// <summary>Calls Salesforce's REST API, one try a call. The client's rate limit, circuit breaker and timeout are in <see cref="SalesforceRegistration"/>.</summary>
public sealed class SalesforceClient(HttpClient http, SalesforceToken token, SalesforceUsage usage, TimeProvider time)
{
    /// <summary>How many records a call takes.</summary>
    public const int MaxRecords = 200;

    private const string Root = "services/data/v66.0/";
    private const int MaxReason = 300;

    /// <summary>Adds or changes records, by the value of a field that is an external id.</summary>
    /// <param name="type">The object.</param>
    /// <param name="externalIdField">The API name of the field that holds our id.</param>
    /// <param name="records">At most 200, which is what Salesforce takes in a call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A result for each record, in their order.</returns>
    /// <exception cref="SalesforceException">The call as a whole has failed.</exception>
    internal Task<IReadOnlyList<RecordResult>> UpsertAsync(string type, string externalIdField, IEnumerable<JsonObject> records, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Patch, $"composite/sobjects/{type}/{externalIdField}", type, records, cancellationToken);

    /// <summary>Changes records by their <c>id</c>.</summary>
    /// <inheritdoc cref="UpsertAsync"/>
    internal Task<IReadOnlyList<RecordResult>> UpdateAsync(string type, IEnumerable<JsonObject> records, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Patch, "composite/sobjects", type, records, cancellationToken);

    /// <summary>Deletes records.</summary>
    /// <param name="ids">At most 200.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A result for each record, in their order.</returns>
    /// <exception cref="SalesforceException">The call as a whole has failed.</exception>
    internal async Task<IReadOnlyList<RecordResult>> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ResultsOf(await CallAsync(HttpMethod.Delete, $"composite/sobjects?ids={Uri.EscapeDataString(string.Join(',', ids))}&allOrNone=false", body: null, cancellationToken), ids.Count);

    /// <summary>The records that a query finds, page by page.</summary>
    /// <param name="soql">The query in SOQL.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="SalesforceException">A call has failed.</exception>
    internal async IAsyncEnumerable<JsonElement> QueryAsync(string soql, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = $"query?q={Uri.EscapeDataString(soql)}";
        while (path is not null)
        {
            var page = await CallAsync(HttpMethod.Get, path, body: null, cancellationToken);
            foreach (var record in page.Child("records") is { ValueKind: JsonValueKind.Array } records ? records.EnumerateArray() : [])
            {
                yield return record;
            }

            // An absolute path, with the version that it was asked with.
            path = page.Flag("done") ? null : page.Text("nextRecordsUrl");
        }
    }

    /// <summary>How many records a <c>SELECT COUNT()</c> finds.</summary>
    /// <exception cref="SalesforceException">The call has failed.</exception>
    internal async Task<long> CountAsync(string soql, CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Get, $"query?q={Uri.EscapeDataString(soql)}", body: null, cancellationToken)).Number("totalSize") ?? 0;

    /// <summary>A text as SOQL writes it.</summary>
    internal static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private async Task<IReadOnlyList<RecordResult>> WriteAsync(HttpMethod method, string path, string type, IEnumerable<JsonObject> records, CancellationToken cancellationToken)
    {
        var all = new JsonArray();
        foreach (var record in records)
        {
            record["attributes"] = new JsonObject { ["type"] = type };
            all.Add(record);
        }

        return ResultsOf(await CallAsync(method, path, new JsonObject { ["allOrNone"] = false, ["records"] = all }, cancellationToken), all.Count);
    }

    private static IReadOnlyList<RecordResult> ResultsOf(JsonElement answer, int count) =>
        answer.ValueKind == JsonValueKind.Array && answer.GetArrayLength() == count
            ? [.. answer.EnumerateArray().Select(RecordResult.From)]
            : throw new SalesforceException($"Salesforce answered without a result for each of {count} records.", SalesforceFailure.Unavailable);

    private async Task<JsonElement> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        try
        {
            var mine = await token.GetAsync(refused: null, cancellationToken);
            var (status, answer) = await SendAsync(method, path, body, mine, cancellationToken);
            if (status == HttpStatusCode.Unauthorized)
            {
                (status, answer) = await SendAsync(method, path, body, await token.GetAsync(refused: mine, cancellationToken), cancellationToken);
            }

            return (int)status is >= 200 and < 300 ? answer : throw await RefusalAsync(status, answer, cancellationToken);
        }
        catch (RateLimiterRejectedException full)
        {
            throw new SalesforceException("Over the limit of calls to Salesforce.", SalesforceFailure.TurnedAway, time.GetUtcNow() + full.RetryAfter);
        }
        catch (BrokenCircuitException)
        {
            throw new SalesforceException("Too many calls to Salesforce have failed; it is given a rest.", SalesforceFailure.Unavailable);
        }
        catch (TimeoutRejectedException late)
        {
            throw new SalesforceException($"Salesforce did not answer within {late.Timeout.TotalSeconds} s.", SalesforceFailure.Unavailable);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new SalesforceException($"The connection to Salesforce broke: {ShortText.Of(broken.Message, MaxReason)}", SalesforceFailure.Unavailable);
        }
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, JsonObject? body, string bearer, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : Root + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await http.SendAsync(request, cancellationToken);
        await usage.NoteAsync(response, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return (response.StatusCode, bytes.Length == 0 ? default : JsonElement.Parse(bytes));
        }
        catch (JsonException)
        {
            // A page for people, such as those of a proxy; the status says enough.
            return (response.IsSuccessStatusCode ? HttpStatusCode.BadGateway : response.StatusCode, default);
        }
    }

    private async Task<SalesforceException> RefusalAsync(HttpStatusCode status, JsonElement answer, CancellationToken cancellationToken)
    {
        var error = answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray().FirstOrDefault() : answer;
        var (code, message) = (error.Text("errorCode"), ShortText.Of(error.Text("message") ?? "", MaxReason));
        var reason = $"Salesforce answered {(int)status}{(code is null ? "" : $" {code}")}: {message}";
        if (code == "REQUEST_LIMIT_EXCEEDED")
        {
            await usage.SlowDownAsync(code, cancellationToken);
            return new SalesforceException(reason, SalesforceFailure.LimitExceeded);
        }

        return new SalesforceException(reason, (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests ? SalesforceFailure.Unavailable : SalesforceFailure.Refused);
    }
}

/// <summary>What came of one record of a call.</summary>
/// <param name="Id">Its id; null when it was not written and had none.</param>
/// <param name="IsSuccess">Whether it was written.</param>
/// <param name="Error">Why not.</param>
/// <param name="Code">Salesforce's code of that.</param>
internal sealed record RecordResult(string? Id, bool IsSuccess, string? Error, string? Code)
{
    private const int MaxReason = 300;

    public static RecordResult From(JsonElement result)
    {
        var error = result.Child("errors") is { ValueKind: JsonValueKind.Array } errors ? errors.EnumerateArray().FirstOrDefault() : default;
        var code = error.Text("statusCode");
        return new RecordResult(
            result.Text("id"), result.Flag("success"), result.Flag("success") ? null : $"Salesforce refused the record: {code} {ShortText.Of(error.Text("message") ?? "", MaxReason)}", code);
    }
}
