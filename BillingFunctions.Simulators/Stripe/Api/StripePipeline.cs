using BillingFunctions.Simulators.Calls;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Api.Ids;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Simulators.Stripe.Idempotency;
using BillingFunctions.Simulators.Stripe.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>What every call goes through, in Stripe's order: key, limits, idempotency, then the work; faults where they would hit.</summary>
internal sealed class StripePipeline(
    ApiKeys keys, RateLimits limits, FaultInjector faults, IdempotencyStore idempotency, CallLog calls, ApiVersion defaultVersion,
    TimeProvider time, CancellationToken stopping)
{
    private readonly RequestIds _requestIds = new();
    private readonly Lock _arrivals = new();

    public async Task RunAsync(HttpContext http, string endpoint, StripeHandler handler)
    {
        var requestId = _requestIds.Next();
        var (account, problem) = keys.Check(http.Request);
        var (record, limitedBy) = Arrive(endpoint, http.Request.Path, account);
        var named = http.Request.Headers["Stripe-Version"].ToString();
        var version = named.Length == 0 ? defaultVersion : ApiVersion.Find(named);
        var answer = (account, limitedBy, version) switch
        {
            (null, _, _) => problem!.ToAnswer(requestId, time.GetUtcNow()),
            (_, not null, _) => RateLimited(requestId, limitedBy),
            (_, null, null) => StripeProblem.UnknownVersion(named).ToAnswer(requestId, time.GetUtcNow()),
            (_, null, { } known) => await RunAsync(http, record, await ReadAsync(http, account, known, requestId), handler),
        };
        calls.End(record, answer?.Status ?? 0, answer?.LimitedBy);
        await AnswerAsync(http, requestId, version ?? defaultVersion, answer);
    }

    // One step, so that the times in the log are those that the limits went by
    private (RecordedCall Record, string? LimitedBy) Arrive(string endpoint, PathString path, StripeAccount? account)
    {
        lock (_arrivals)
        {
            var record = calls.Arrive(endpoint, path.Value ?? "");
            return (record, account is null ? null : limits.Take(account.Name, endpoint, record.At));
        }
    }

    // Null means that the connection is to be cut
    private async Task<StripeAnswer?> RunAsync(HttpContext http, RecordedCall record, StripeCall call, StripeHandler handler)
    {
        record.Customer = call.Parameters.TryGetValue("customer", out var customer) ? customer.ToString() : null;
        var fault = faults.Next(record);
        switch (fault)
        {
            case Fault.RateLimit:
                return RateLimited(call.RequestId, "global-rate");
            case Fault.CutBefore:
                return null;
            case Fault.Timeout:
                await WaitAsync(http, faults.TimeoutAfter);
                return null;
        }

        if (FaultProblems.Of(fault, call) is { } problem)
        {
            return call.Refuse(problem);
        }

        var answer = await ExecuteOnceAsync(http, call, fault == Fault.ServerError ? Fail : handler);
        if (fault == Fault.Slow)
        {
            await WaitAsync(http, faults.SlowAfter);
        }

        return fault == Fault.CutAfter ? null : answer;
    }

    private async Task<StripeAnswer> ExecuteOnceAsync(HttpContext http, StripeCall call, StripeHandler handler)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0 || !HttpMethods.IsPost(http.Request.Method))
        {
            return await ExecuteAsync(call, handler);
        }

        var id = new IdempotencyKey(call.Account.Name, key);
        if (idempotency.Begin(id, Fingerprint.Of(http.Request.Path, call.Parameters), out var earlier) is { } problem)
        {
            return call.Refuse(problem);
        }

        if (earlier is not null)
        {
            return earlier with { IsReplayed = true };
        }

        StripeAnswer? answer = null;
        try
        {
            return answer = await ExecuteAsync(call, handler);
        }
        finally
        {
            idempotency.End(id, answer);
        }
    }

    private async Task<StripeAnswer> ExecuteAsync(StripeCall call, StripeHandler handler)
    {
        if (faults.NextLatency() is { Ticks: > 0 } latency)
        {
            // The work is done even if the caller leaves meanwhile, as Stripe would
            await Task.Delay(latency, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            return handler(call);
        }
        catch (StripeRefusalException refusal)
        {
            return call.Refuse(refusal.Problem);
        }
    }

    private StripeAnswer Fail(StripeCall call) => call.Refuse(StripeProblem.ServerError with { ShouldRetry = faults.ServerErrorAdvice });

    private StripeAnswer RateLimited(string requestId, string reason)
        => StripeProblem.RateLimited.ToAnswer(requestId, time.GetUtcNow()) with { LimitedBy = reason };

    private async Task WaitAsync(HttpContext http, TimeSpan length)
    {
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await Task.Delay(length, time, leaves.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<StripeCall> ReadAsync(HttpContext http, StripeAccount account, ApiVersion version, string requestId)
    {
        var id = http.Request.RouteValues.TryGetValue("id", out var value) ? (string?)value : null;
        var parameters = await FormReader.ReadAsync(http.Request, http.RequestAborted);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        return new StripeCall(requestId, account, id ?? "", parameters, time.GetUtcNow())
        {
            ApiVersion = version,
            IdempotencyKey = key.Length == 0 ? null : key,
        };
    }

    private static async Task AnswerAsync(HttpContext http, string requestId, ApiVersion version, StripeAnswer? answer)
    {
        if (answer is null)
        {
            http.Abort();
            return;
        }

        var response = http.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        response.Headers["Request-Id"] = requestId;
        response.Headers["Stripe-Version"] = version.Name;

        // A header without a value is not sent
        response.Headers["Idempotency-Key"] = http.Request.Headers["Idempotency-Key"];
        response.Headers["Idempotent-Replayed"] = answer.IsReplayed ? "true" : default(StringValues);
        response.Headers["Stripe-Rate-Limited-Reason"] = answer.LimitedBy;
        response.Headers["Stripe-Should-Retry"] = answer.ShouldRetry switch { true => "true", false => "false", null => default(StringValues) };
        await response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }
}
