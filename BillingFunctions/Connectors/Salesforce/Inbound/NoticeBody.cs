using BillingFunctions.Platform.Http;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>A JSON notice: <c>{ "id": "001…" }</c> or <c>{ "ids": ["001…", …] }</c>.</summary>
/// <param name="Id">The record that has changed.</param>
/// <param name="Ids">The records that have changed, up to 100; instead of <c>id</c>.</param>
internal sealed record NoticeBody(string? Id = null, IReadOnlyList<string>? Ids = null)
{
    private const int MaxIds = 100;

    /// <summary>Reads the ids of the records that have changed, in 18 characters.</summary>
    /// <exception cref="InvalidJsonException">It is not such a notice.</exception>
    public static IReadOnlyList<string> ReadIds(byte[] json)
    {
        var ids = JsonBody.Read<NoticeBody>(json) switch
        {
            { Id: { } id, Ids: null } => [id],
            { Id: null, Ids: { Count: > 0 and <= MaxIds } several } => several,
            _ => throw new InvalidJsonException("ids", $"The body must have either id or ids, with 1 to {MaxIds} ids."),
        };
        return ids.All(SalesforceId.IsValid)
            ? [.. ids.Select(SalesforceId.Long).Distinct()]
            : throw new InvalidJsonException("ids", "An id of Salesforce has 15 or 18 letters and digits.");
    }
}
