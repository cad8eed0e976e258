using BillingFunctions.Platform;
using BillingFunctions.Platform.Downloads;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Insight.Proofs;

/// <summary>The month-end proof: made, shown, compared and signed.</summary>
public sealed class ProofsFunctions(MonthProofs proofs, DownloadLinks links)
{
    private const int MaxBody = 4 * 1024;
    private const string Json = ".json";
    private const string Html = ".html";

    /// <summary>Proves a month as it is now: that what came in, what was decided, what was sent and what Stripe says are the same; each line either is equal or names what differs.</summary>
    /// <remarks>
    /// The month may end in `.json`, or in `.html` for a page to be printed or kept as PDF; a browser, which is one that accepts `text/html`, gets the page without that. What takes longer than 25 s is
    /// answered with 202, and the `id` to ask with. Each proof is kept, and compared with the last one that was signed.
    /// </remarks>
    [Function("GetProofFunction")]
    [QueryParameter<string>("id", "A proof that is kept, instead of the month as it is now.")]
    [QueryParameter<string>("compare", "The id of an earlier proof of the month; without it, the last that was signed.")]
    [ProducesResponseType<ProofView>(StatusCodes.Status200OK, "application/json", "text/html")]
    [ProducesResponseType<ProofView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/proofs/{month}")] HttpRequest request, string month, CancellationToken cancellationToken)
    {
        var isPage = month.EndsWith(Html, StringComparison.Ordinal)
            || (!month.EndsWith(Json, StringComparison.Ordinal) && !request.Headers.ContainsKey("HX-Request") && request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html"));
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, "id", "compare");
        if (!BillingMonth.TryParse(month.Replace(Json, "", StringComparison.Ordinal).Replace(Html, "", StringComparison.Ordinal), out var parsed))
        {
            errors.Add("month", $"The value must be {BillingMonth.Allowed}, with .json or .html behind it or not.");
        }

        var (id, compare) = (ReadId(request, "id", errors), ReadId(request, "compare", errors));
        return errors.Any ? Problems.Invalid(errors) : await ShowAsync(request, parsed, id, compare, isPage, cancellationToken);
    }

    /// <summary>Opens a proof by a signed link, as a page to be printed or kept as PDF.</summary>
    [Function("DownloadProofFunction")]
    [QueryParameter<string>("id", "The proof.")]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/html")]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound)]
    public async Task<IResult> FollowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DownloadLinks.RoutePrefix + "proofs/{month}")] HttpRequest request, string month, CancellationToken cancellationToken) =>
        await links.IsValidAsync(request, cancellationToken) ? await GetAsync(request, month, cancellationToken) : DownloadLinks.Refusal;

    /// <summary>Signs a proof: later ones say what has changed since.</summary>
    /// <remarks>The first signature stays.</remarks>
    [Function("SignProofFunction")]
    [OperatorAction]
    [Consumes(typeof(SignatureBody), "application/json")]
    [ProducesResponseType<ProofView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> SignAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/proofs/{month}/sign")] HttpRequest request, string month, CancellationToken cancellationToken)
    {
        if (!BillingMonth.TryParse(month, out var parsed))
        {
            return Problems.Invalid("month", $"The value must be {BillingMonth.Allowed}.");
        }

        var body = JsonBody.Read<SignatureBody>(await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken));
        if (body.Id is null || !RunId.Is<MonthProof>(body.Id))
        {
            return Problems.Invalid("id", "The id of a proof is required.");
        }

        if (await FindAsync(parsed, body.Id, cancellationToken) is not { } proof)
        {
            return NotFound(parsed, body.Id);
        }

        if (proof.Status != MonthProofStatus.Completed)
        {
            return Problems.Conflict($"The proof is {proof.Status.ToString().ToLowerInvariant()}; only one that is completed can be signed.");
        }

        var signed = await proofs.SignAsync(proof.Id, Caller.Of(request), cancellationToken);
        return ApiJson.Ok(ProofView.From(signed!, earlier: null, await proofs.ListAsync(parsed, cancellationToken)));
    }

    private async Task<IResult> ShowAsync(HttpRequest request, BillingMonth month, string? id, string? compare, bool isPage, CancellationToken cancellationToken)
    {
        var found = id is null ? await proofs.MakeAsync(month, Caller.Of(request), cancellationToken) : await FindAsync(month, id, cancellationToken);
        if (found is null)
        {
            return NotFound(month, id!);
        }

        var kept = await proofs.ListAsync(month, cancellationToken);
        var proof = id is null ? kept.FirstOrDefault(one => one.Sha256 == found.Sha256) ?? found : await proofs.WaitAsync(found, cancellationToken);
        var earlier = compare is null ? kept.FirstOrDefault(one => one.SignedAt is not null && one.Id != proof.Id) : await FindAsync(month, compare, cancellationToken);
        if (compare is not null && earlier is not { Status: MonthProofStatus.Completed })
        {
            return NotFound(month, compare);
        }

        var view = ProofView.From(proof, earlier, kept);
        return proof.Status is MonthProofStatus.Queued or MonthProofStatus.Running ? CreatedAnswer.Accepted($"/api/proofs/{month}?id={proof.Id}", view)
            : isPage && proof.Status == MonthProofStatus.Completed ? Page(request, view)
            : ApiJson.Ok(view);
    }

    private static IResult Page(HttpRequest request, ProofView view)
    {
        var headers = request.HttpContext.Response.Headers;
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Referrer-Policy"]) = (ProofPage.ContentSecurityPolicy, "nosniff", "no-referrer");
        return Results.Content(ProofPage.Of(view), "text/html; charset=utf-8");
    }

    private async Task<MonthProof?> FindAsync(BillingMonth month, string id, CancellationToken cancellationToken) =>
        await proofs.FindAsync(id, cancellationToken) is { } proof && proof.Month == month.ToString() ? proof : null;

    private static IResult NotFound(BillingMonth month, string id) => Problems.NotFound($"proof {id} of {month} that is completed");

    private static string? ReadId(HttpRequest request, string name, FieldErrors errors)
    {
        if (request.Query[name] is not [{ Length: > 0 } id])
        {
            return null;
        }

        if (!RunId.Is<MonthProof>(id))
        {
            errors.Add(name, "The value must be the id of a proof, such as prf_019ac3f2b7c17e9d82a60b1f3c5d7e90.");
        }

        return id;
    }

    /// <summary>The body that names the proof to sign.</summary>
    /// <param name="Id">The id of the proof.</param>
    internal sealed record SignatureBody(string? Id = null);
}
