using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary><c>/api/shadow/comparisons</c>: what another system did, beside what shadow mode has recorded.</summary>
public sealed class ComparisonsFunctions(ComparisonStore comparisons, CompareActions compare, IdempotentRequests idempotency, TimeProvider time)
{
    private const string Route = "api/shadow/comparisons";

    /// <summary>Takes in a CSV file of what another system did, and compares it with what shadow mode has recorded.</summary>
    /// <remarks>
    /// Up to 10 MB and 50,000 rows, UTF-8. Columns: <c>operation</c> and one of <c>subject</c>, <c>item_id</c>, <c>invoice_id</c>, <c>customer_id</c>; also <c>kind</c>, <c>amount</c> in minor units,
    /// <c>currency</c> and <c>month</c>. A file with a row that is wrong is refused as a whole. A body of another kind is refused with 415.
    /// </remarks>
    [Function("CompareShadowFunction")]
    [OperatorAction]
    [Idempotent]
    [Consumes(typeof(string), "text/csv")]
    [ProducesResponseType<ComparisonView>(StatusCodes.Status201Created)]
    [ProducesProblem(StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> AddAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = Route)] HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType.Value is not ("text/csv" or "application/csv"))
        {
            throw new BadHttpRequestException("The body must be text/csv.", StatusCodes.Status415UnsupportedMediaType);
        }

        var bytes = await JsonBody.ReadBytesAsync(request, ComparisonFile.MaxBytes, cancellationToken);
        var errors = new FieldErrors();
        return ComparisonFile.Read(bytes, errors) is { } file
            ? await idempotency.RunAsync(request, "shadow_comparison", bytes, Comparison.NewId(time.GetUtcNow()), id => StoreAsync(id, file, cancellationToken), cancellationToken)
            : Problems.Unprocessable("The file was refused as a whole; nothing was changed.", errors);
    }

    /// <summary>Compares a file of another system with what shadow mode has recorded by now.</summary>
    [Function("GetShadowComparisonFunction")]
    [ProducesResponseType<ComparisonView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        Edge.About("comparison", id);
        return await comparisons.FindAsync(id, cancellationToken) is { } comparison
            ? ApiJson.Ok(await compare.CountAsync(comparison, cancellationToken))
            : Problems.NotFound($"comparison {id}");
    }

    private async Task<IResult> StoreAsync(string id, ComparisonFile file, CancellationToken cancellationToken)
    {
        Edge.About("comparison", id);
        var comparison = new Comparison(id, time.GetUtcNow(), file.Rows.Count, file.IgnoredColumns, ComparisonScope.Of(file.Rows));
        await comparisons.AddAsync(comparison, file.Rows, cancellationToken);
        return CreatedAnswer.Created($"/{Route}/{id}", await compare.CountAsync(comparison, cancellationToken));
    }
}
