using System.Text.RegularExpressions;
using BillingFunctions.Simulators.Calls;
using BillingFunctions.Simulators.Salesforce.Faults;
using BillingFunctions.Simulators.Salesforce.Limits;
using BillingFunctions.Simulators.Salesforce.Sessions;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Simulators.Salesforce.Api;

/// <summary>What every call goes through: session, limits, then the work; faults where they would hit.</summary>
internal sealed partial class SalesforcePipeline(
    AccessTokens tokens, OrgLimits limits, SalesforceFaults faults, CallLog calls, string userId, TimeProvider time, CancellationToken stopping)
{
    private readonly Lock _arrivals = new();

    public async Task RunAsync(HttpContext http, string endpoint, SalesforceHandler handler)
    {
        var hasSession = tokens.Accept(http.Request.Headers.Authorization.ToString());
        var (record, limit) = Arrive(http, endpoint, hasSession);
        SalesforceAnswer? answer;
        if (!hasSession)
        {
            answer = SalesforceAnswer.Refuse(SalesforceProblem.InvalidSession);
        }
        else if (limit is not null)
        {
            answer = limit.ToAnswer();
        }
        else
        {
            try
            {
                answer = await ExecuteAsync(http, record, handler);
            }
            finally
            {
                limits.Leave();
            }
        }

        calls.End(record, answer?.Status ?? 0, answer?.LimitedBy);
        await AnswerAsync(http, answer, hasSession ? limits.Info(record.At) : null);
    }

    /// <summary>Runs a call that needs no session and counts against no limit.</summary>
    public async Task RunOpenAsync(HttpContext http, string endpoint, SalesforceHandler handler)
    {
        var record = calls.Arrive(endpoint, http.Request.Path.Value ?? "");
        var answer = await ExecuteAsync(http, record, handler);
        calls.End(record, answer?.Status ?? 0, answer?.LimitedBy);
        await AnswerAsync(http, answer, usage: null);
    }

    // One step, so that the times in the log are those that the limits went by
    private (RecordedCall Record, ReachedLimit? Limit) Arrive(HttpContext http, string endpoint, bool hasSession)
    {
        lock (_arrivals)
        {
            var record = calls.Arrive(endpoint, http.Request.Path.Value ?? "");
            return (record, hasSession ? limits.Enter(record.At) : null);
        }
    }

    // Null means that the connection is to be cut
    private async Task<SalesforceAnswer?> ExecuteAsync(HttpContext http, RecordedCall record, SalesforceHandler handler)
    {
        var call = await ReadAsync(http, record);
        var fault = faults.Next(record);
        if (fault == SalesforceFault.CutBefore)
        {
            return null;
        }

        if (FaultProblems.Of(fault) is { } refused)
        {
            return refused;
        }

        if (faults.NextLatency() is { Ticks: > 0 } latency)
        {
            // The work is done even if the caller leaves meanwhile, as Salesforce would
            await Task.Delay(latency, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var answer = Execute(call, handler);
        if (fault == SalesforceFault.Slow)
        {
            using var leaves = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            await Task.Delay(faults.SlowAfter, time, leaves.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return fault == SalesforceFault.CutAfter ? null : answer;
    }

    private static SalesforceAnswer Execute(SalesforceCall call, SalesforceHandler handler)
    {
        if (call.Version.Length > 0 && !VersionPattern().IsMatch(call.Version))
        {
            return SalesforceAnswer.Refuse(SalesforceProblem.NotFound);
        }

        try
        {
            return handler(call);
        }
        catch (SalesforceRefusalException refusal)
        {
            return SalesforceAnswer.Refuse(refusal.Problem);
        }
    }

    private async Task<SalesforceCall> ReadAsync(HttpContext http, RecordedCall record)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var version = http.Request.RouteValues.TryGetValue("version", out var value) ? (string?)value ?? "" : "";
        return new SalesforceCall(http.Request, version, userId, record, body);
    }

    private static async Task AnswerAsync(HttpContext http, SalesforceAnswer? answer, string? usage)
    {
        if (answer is null)
        {
            http.Abort();
            return;
        }

        var response = http.Response;
        response.StatusCode = answer.Status;

        // A header without a value is not sent
        response.Headers["Sforce-Limit-Info"] = usage;
        if (answer.Body.Length > 0)
        {
            response.ContentType = "application/json;charset=UTF-8";
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, http.RequestAborted);
        }
    }

    [GeneratedRegex(@"^v\d{1,3}\.0$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionPattern();
}
