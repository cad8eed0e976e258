using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Lists;

/// <summary>Which page of a list is asked for.</summary>
internal sealed record ListQuery(int Limit, string? StartingAfter, string? EndingBefore, CreatedRange Created)
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 100;

    /// <summary>Whether the page is sought from its older end.</summary>
    public bool Backwards => EndingBefore is not null;

    /// <summary>The parameter that holds the cursor.</summary>
    public string CursorName => Backwards ? "ending_before" : "starting_after";

    public string? Cursor => EndingBefore ?? StartingAfter;

    public static ListQuery Read(ParameterReader reader)
    {
        var query = new ListQuery(
            (int)(reader.Integer("limit", 1, MaxLimit) ?? DefaultLimit),
            reader.Text("starting_after"),
            reader.Text("ending_before"),
            CreatedRange.Read(reader));
        if (query is { StartingAfter: not null, EndingBefore: not null })
        {
            reader.Fail(StripeProblem.Invalid("ending_before", "You cannot parameterize both `ending_before` and `starting_after`."));
        }

        return query;
    }

    /// <summary>Refuses the call when its cursor names nothing.</summary>
    public void CheckCursor(ParameterReader reader, string kind, Func<string, bool> exists)
    {
        if (Cursor is { } id && !exists(id))
        {
            reader.Fail(StripeProblem.Missing(kind, id, CursorName));
        }
    }
}
