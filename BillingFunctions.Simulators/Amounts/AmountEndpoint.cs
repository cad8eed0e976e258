using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using BillingFunctions.Simulators.Calls;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Simulators.Amounts;

/// <summary>An answer that a test has chosen.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
/// <param name="RetryAfter">Its <c>Retry-After</c>; null for none.</param>
internal sealed record FixedAnswer(int Status, string Body, string? RetryAfter = null);

/// <summary>Answers calls: late, wrongly or not at all, as the faults say.</summary>
internal sealed class AmountEndpoint(
    SeededAmounts amounts, ConcurrentDictionary<string, FixedAnswer> answers, AmountFaults faults, CallLog calls, TimeProvider time, CancellationToken stopping)
{
    public const string Route = "/customers/{id}/amount-due/{year:int}/{month:int}";

    private readonly ConcurrentDictionary<string, int> _byCustomer = new(StringComparer.Ordinal);

    public int CallsFor(string customerId) => _byCustomer.GetValueOrDefault(customerId);

    public async Task RunAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var month = $"{http.Request.RouteValues["year"]}-{http.Request.RouteValues["month"]}";
        var call = calls.Arrive($"GET {Route}", http.Request.Path.Value ?? "");
        _byCustomer.AddOrUpdate(id, 1, (_, count) => count + 1);
        await WaitAsync(faults.NextLatency(), http);
        var answer = await AnswerAsync(http, id, month);
        calls.End(call, answer?.Status ?? 0, answer?.Status == StatusCodes.Status429TooManyRequests ? "rate" : null);
        await WriteAsync(http, answer);
    }

    // Null means that the connection is to be cut
    private async Task<FixedAnswer?> AnswerAsync(HttpContext http, string id, string month)
    {
        switch (faults.Next())
        {
            case AmountFault.ServerError:
                return new FixedAnswer(StatusCodes.Status500InternalServerError, """{ "error": "something broke" }""");
            case AmountFault.RateLimit:
                return new FixedAnswer(StatusCodes.Status429TooManyRequests, """{ "error": "slow down" }""");
            case AmountFault.Garbage:
                return new FixedAnswer(StatusCodes.Status200OK, """{ "amount": 12""");
            case AmountFault.Cut:
                return null;
            case AmountFault.Timeout:
                await WaitAsync(faults.TimeoutAfter, http);
                return null;
            default:
                return answers.TryGetValue(id, out var chosen) ? chosen : Due(amounts.Of(id, month));
        }
    }

    private static FixedAnswer Due(DueAmount due) => due.IsKnown
        ? new FixedAnswer(StatusCodes.Status200OK, JsonSerializer.Serialize(new { amount = due.Amount, currency = due.Currency }))
        : new FixedAnswer(StatusCodes.Status404NotFound, """{ "error": "not found" }""");

    private async Task WaitAsync(TimeSpan delay, HttpContext http)
    {
        if (delay > TimeSpan.Zero)
        {
            using var leaves = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            await Task.Delay(delay, time, leaves.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task WriteAsync(HttpContext http, FixedAnswer? answer)
    {
        if (answer is null)
        {
            http.Abort();
            return;
        }

        var body = Encoding.UTF8.GetBytes(answer.Body);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/json";
        if (answer.RetryAfter is { } retryAfter)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
