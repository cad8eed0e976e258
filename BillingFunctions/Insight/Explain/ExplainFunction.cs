using BillingFunctions.Platform.Explaining;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Insight.Explain;

/// <summary><c>GET /api/explain/{kind}/{id}</c>: the life of one thing.</summary>
public sealed class ExplainFunction(IEnumerable<IExplainer> explainers, IEnumerable<ITimelineSource> sources)
{
    /// <summary>Tells the life of one thing, oldest first: what came in, was decided and attempted, by whom, and what is next.</summary>
    /// <remarks>
    /// The id of a monthly invoice and of its mail is `yyyy-MM/customer_id`; a mail is found by its `Message-ID` too. What is written down is written together with the state that it tells of, so that
    /// nothing is missing after a crash.
    /// </remarks>
    [Function(nameof(ExplainFunction))]
    [QueryParameter<DateTimeOffset>("created", "Of a webhook event, when it happened, as the list says: it is found at once then; without it the whole inbox is looked through.")]
    [ProducesResponseType<Explanation>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/explain/{kind}/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string kind,
        string id,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, "created");
        var created = QueryParameters.ReadTime(request, "created", errors);
        var kinds = explainers.SelectMany(explainer => explainer.Kinds).Distinct().Order(StringComparer.Ordinal).ToList();
        if (!kinds.Contains(kind))
        {
            errors.Add("kind", $"The value must be one of {string.Join(", ", kinds)}.");
        }

        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var query = new ExplainQuery(kind, PathSegment.Decode(id), durable) { Created = created };
        return await FindAsync(query, cancellationToken) is { } life
            ? ApiJson.Ok(await ExplainAsync(life, cancellationToken))
            : Problems.NotFound($"{kind.Replace('_', ' ')} {query.Id}");
    }

    /// <summary>The same with the slash of a monthly invoice's id as it is.</summary>
    [Function("ExplainMonthlyInvoiceFunction")]
    [AliasOf(nameof(RunAsync))]
    public Task<IResult> RunWithMonthAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/explain/{kind}/{month}/{customerId}")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string kind,
        string month,
        string customerId,
        CancellationToken cancellationToken) => RunAsync(request, durable, kind, $"{month}/{customerId}", cancellationToken);

    private async Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken)
    {
        foreach (var explainer in explainers.Where(explainer => explainer.Kinds.Contains(query.Kind)))
        {
            if (await explainer.FindAsync(query, cancellationToken) is { } life)
            {
                return life;
            }
        }

        return null;
    }

    private async Task<Explanation> ExplainAsync(Life life, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(sources.Select(source => source.ListAsync(life, cancellationToken)));
        return new Explanation(
            life.Kind,
            life.Id,
            life.Status,
            life.Reason,
            [.. life.Timeline.Concat(parts.SelectMany(part => part.Timeline)).OrderBy(entry => entry.At)],
            life.Next ?? parts.Select(part => part.Next).FirstOrDefault(next => next is not null),
            life.Related);
    }
}
