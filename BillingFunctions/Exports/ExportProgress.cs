namespace BillingFunctions.Exports;

/// <summary>The orchestration's custom status.</summary>
/// <param name="Rows">Customers read.</param>
/// <param name="Pages">Pages read.</param>
/// <param name="Percent">How much is done, an estimate; 0 to 100.</param>
/// <param name="ThrottledMs">How long pages waited for the rate limit, added up.</param>
/// <param name="Cursor">The customer at the end of the page read last.</param>
public sealed record ExportProgress(long Rows, int Pages, double Percent, long ThrottledMs, string? Cursor)
{
    public static ExportProgress Of(ExportState state) => new(state.Rows, state.Pages, state.Percent, state.ThrottledMs, state.Cursor);
}
