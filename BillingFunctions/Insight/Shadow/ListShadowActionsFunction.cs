using System.Buffers.Text;
using System.Globalization;
using System.Text;
using BillingFunctions.Insight.Shadow.Comparisons;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Shadow;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Insight.Shadow;

/// <summary><c>GET /api/shadow/actions</c>: what shadow mode has recorded, beside what another system did if that is asked for.</summary>
public sealed class ListShadowActionsFunction(ShadowActions actions, ComparisonStore comparisons, CompareActions compare)
{
    /// <summary>Lists what was not done because shadow mode is on, by kind, subject and operation.</summary>
    /// <remarks>With <c>compare</c>, each beside what another system did, and what only that did. Compared are the operations and months that its file has.</remarks>
    [Function(nameof(ListShadowActionsFunction))]
    [QueryParameter<ShadowKind>("kind", "Only what would have been done there.")]
    [QueryParameter<ShadowOperation>("operation", "Only this operation.")]
    [QueryParameter<string>("subject", "Only what is about this: our id of an item, an invoice, a customer, a task or an export.")]
    [QueryParameter<string>("compare", "The id of a comparison.")]
    [QueryParameter<ComparisonResult>("result", "Only where the two systems differ so; with `compare`.")]
    [ProducesPage<ShadowActionView>]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/shadow/actions")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, "kind", "operation", "subject", "compare", "result", "limit", "cursor");
        var filter = new ShadowFilter(
            QueryParameters.ReadName<ShadowKind>(request, "kind", errors), QueryParameters.ReadName<ShadowOperation>(request, "operation", errors), QueryParameters.ReadText(request, "subject", errors));
        var (compared, result) = (QueryParameters.ReadText(request, "compare", errors), QueryParameters.ReadName<ComparisonResult>(request, "result", errors));
        if (result is not null && compared is null)
        {
            errors.Add("result", "Allowed only with compare.");
        }

        if (PageRequest.From(request, errors, text => ShadowCursor.TryParse(text) is not null) is not { } page || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var cursor = ShadowCursor.TryParse(page.Cursor);
        if (compared is null)
        {
            var found = await actions.ListAsync(filter, cursor?.Place, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
            return ApiJson.Ok(page.Cut(found, ShadowActionView.From, action => new ShadowCursor(ShadowActions.PlaceOf(action), 0).ToString()));
        }

        return await comparisons.FindAsync(compared, cancellationToken) is { } comparison
            ? await CompareAsync(comparison, filter, result, page, cursor, cancellationToken)
            : Problems.NotFound($"comparison {compared}");
    }

    private async Task<IResult> CompareAsync(
        Comparison comparison, ShadowFilter filter, ComparisonResult? result, PageRequest page, ShadowCursor? cursor, CancellationToken cancellationToken)
    {
        var found = await compare.RunAsync(comparison, filter, cursor?.Place, cancellationToken)
            .Where(one => (cursor is null || one.Group != cursor.Place || one.Index >= cursor.Skip) && (result is null || one.Result == result))
            .Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, ShadowActionView.From, one => new ShadowCursor(one.Group, one.Index + 1).ToString()));
    }
}

/// <summary>Where a page ends.</summary>
/// <param name="Place">The last action's; in a comparison, that of its group.</param>
/// <param name="Skip">How much of the group is before the next page.</param>
internal sealed record ShadowCursor(ShadowPlace Place, int Skip)
{
    private const char Separator = '\n';

    /// <returns>Null when the text is no cursor.</returns>
    public static ShadowCursor? TryParse(string? text) =>
        text is { Length: > 0 } && Base64Url.IsValid(text)
        && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Separator) is [var skip, var kind, { Length: > 0 } row]
        && int.TryParse(skip, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Enum.GetValues<ShadowKind>().Any(known => ShadowActions.PartitionOf(known) == kind)
            ? new ShadowCursor(new ShadowPlace(kind, row), number)
            : null;

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Skip}{Separator}{Place.Kind}{Separator}{Place.Row}")));
}
