using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>The version of a thing, for <c>ETag</c> and <c>If-Match</c>: a new one with each write.</summary>
internal static class EntityTag
{
    public static string Of(StoredRow row) => $"\"{row.WriteId}\"";

    /// <summary>Sends a version with the answer.</summary>
    public static void Send(HttpRequest request, string tag) => request.HttpContext.Response.Headers.ETag = tag;

    /// <summary>The refusal of a request whose <c>If-Match</c> names other versions than the present one; null when it may go on, which it may without that header too.</summary>
    public static IResult? Refusal(HttpRequest request, string present)
    {
        var wanted = request.Headers.IfMatch.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        return wanted.Count == 0 || wanted.Contains("*") || wanted.Contains(present)
            ? null
            : Problems.Problem(
                StatusCodes.Status412PreconditionFailed, "stale", "Changed meanwhile", "If-Match names a version that is no longer the present one. Read it again, and repeat the change if it still makes sense.");
    }
}
