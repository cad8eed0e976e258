using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Shadow;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Insight.Shadow;

/// <summary><c>GET /api/shadow/summary</c>: how much shadow mode has recorded.</summary>
public sealed class SummarizeShadowFunction(ShadowActions actions, IOptions<ShadowOptions> options)
{
    /// <summary>Counts what was not done because shadow mode is on, by operation.</summary>
    /// <remarks>Reads all of it, which takes a second for some ten thousand actions.</remarks>
    [Function(nameof(SummarizeShadowFunction))]
    [ProducesResponseType<ShadowSummary>(StatusCodes.Status200OK)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/shadow/summary")] HttpRequest request, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<(ShadowKind, ShadowOperation), Count>();
        await foreach (var action in actions.ListAsync(new ShadowFilter(), after: null, cancellationToken))
        {
            if (!counts.TryGetValue((action.Kind, action.Operation), out var count))
            {
                counts[(action.Kind, action.Operation)] = count = new Count();
            }

            count.Add(action);
        }

        return ApiJson.Ok(new ShadowSummary(options.Value.Enabled, [.. counts.Select(pair => pair.Value.ToTotal(pair.Key.Item1, pair.Key.Item2))]));
    }

    private sealed class Count
    {
        private readonly SortedDictionary<string, long> _amounts = new(StringComparer.Ordinal);
        private readonly HashSet<string> _calls = new(StringComparer.Ordinal);
        private int _actions;

        public void Add(ShadowAction action)
        {
            _actions++;
            _calls.Add(ShadowActions.DigestOf(action.Key));
            if (action.Amount is { } amount)
            {
                _amounts[amount.Currency] = _amounts.GetValueOrDefault(amount.Currency) + amount.Amount;
            }
        }

        public ShadowTotal ToTotal(ShadowKind kind, ShadowOperation operation) =>
            new(kind, operation, _actions, _calls.Count, [.. _amounts.Select(amount => new Money(amount.Value, amount.Key))]);
    }
}

/// <summary>How much shadow mode has recorded.</summary>
/// <param name="Enabled">Whether it is on.</param>
/// <param name="Totals">By operation.</param>
public sealed record ShadowSummary(bool Enabled, IReadOnlyList<ShadowTotal> Totals);

/// <summary>How often an operation was not carried out.</summary>
/// <param name="Kind">Where it would have been.</param>
/// <param name="Operation">What would have been done.</param>
/// <param name="Actions">How often: for lines, how many.</param>
/// <param name="Calls">In how many calls, by their keys.</param>
/// <param name="Amounts">How much it was about, a sum for each currency.</param>
public sealed record ShadowTotal(ShadowKind Kind, ShadowOperation Operation, int Actions, int Calls, IReadOnlyList<Money> Amounts);
