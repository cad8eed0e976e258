using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>What a refusal with a status means, whichever function answers it.</summary>
internal static class ProblemText
{
    /// <summary>For what any function may answer.</summary>
    public const string Default =
        "Any other refusal. 413: the body is too large. 500: it failed on our side, and may be sent again. 502: Stripe did not do what was asked. 503: a setting is missing that this part of the app needs; the detail names it.";

    private static readonly Dictionary<int, string> ByStatus = new()
    {
        [StatusCodes.Status400BadRequest] = "The request is not valid. Nothing was changed. `errors` has each field or parameter and what is allowed.",
        [StatusCodes.Status403Forbidden] = "Not from a sender that is taken, or by a link that does not open any more.",
        [StatusCodes.Status404NotFound] = "There is no such thing.",
        [StatusCodes.Status409Conflict] = "Not possible in the present state. Nothing was changed.",
        [StatusCodes.Status412PreconditionFailed] = "`If-Match` names a version that is no longer the present one. Nothing was changed.",
        [StatusCodes.Status422UnprocessableEntity] = "Understood, but not allowed. Nothing was changed. `errors` has the fields, if it is about fields.",
    };

    public static string Of(int status) => ByStatus[status];
}
