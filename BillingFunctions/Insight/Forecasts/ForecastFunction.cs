using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Insight.Forecasts;

/// <summary><c>POST /api/forecasts</c>: what a load would lead to.</summary>
public sealed class ForecastFunction(ForecastPlanner planner)
{
    private const int MaxBody = 16 * 1024;

    /// <summary>Forecasts what a load of usage and a month's run would lead to.</summary>
    /// <remarks>Plays them by the rules that the app runs by. Nothing is stored or sent. Of `items_per_minute` and `customers` at least one is needed; what is not given is as the app is set now.</remarks>
    [Function(nameof(ForecastFunction))]
    [ChangesNothing]
    [Consumes(typeof(ForecastRequest), "application/json")]
    [ProducesResponseType<ForecastView>(StatusCodes.Status200OK)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/forecasts")] HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = JsonBody.Read<ForecastRequest>(await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken));
        var (plan, errors) = planner.Plan(asked);
        return plan is null ? Problems.Invalid(errors) : ApiJson.Ok(ForecastView.From(plan));
    }
}
