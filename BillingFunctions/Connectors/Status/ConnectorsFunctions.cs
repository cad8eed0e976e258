using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Connectors.Status;

/// <summary>Shows how far each connector is, and pauses it.</summary>
public sealed class ConnectorsFunctions(ConnectorSet connectors, ConnectorOutbox outbox, ConnectorStates states, ConnectorQueues queues, TimeProvider time)
{
    private const string Route = "api/connectors";

    /// <summary>Beyond so many entries a count says at least so many.</summary>
    private const int MaxCounted = 20_000;

    /// <summary>Shows how far each connected system is behind, and whether it is paused or held.</summary>
    /// <remarks>All of them: there is no second page.</remarks>
    [Function("ListConnectorsFunction")]
    [ProducesResponseType<ListPage<ConnectorView>>(StatusCodes.Status200OK)]
    public async Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request, CancellationToken cancellationToken)
    {
        var views = await Task.WhenAll(connectors.All.Select(connector => ViewAsync(connector, cancellationToken)));
        return ApiJson.Ok(new ListPage<ConnectorView>(views, NextCursor: null));
    }

    /// <summary>Stops sending to a system.</summary>
    /// <remarks>What is under way is finished; what is to be sent waits.</remarks>
    [Function("PauseConnectorFunction")]
    [OperatorAction]
    [ProducesResponseType<ConnectorView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public Task<IResult> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = $"{Route}/{{name}}/pause")] HttpRequest request, string name, CancellationToken cancellationToken) => ChangeAsync(
        name, state => state.PausedAt is null ? state with { PausedAt = time.GetUtcNow(), PausedBy = Caller.Of(request) } : null, isWoken: false, cancellationToken);

    /// <summary>Sends again what has waited, and ends a hold too.</summary>
    [Function("ResumeConnectorFunction")]
    [OperatorAction]
    [ProducesResponseType<ConnectorView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = $"{Route}/{{name}}/resume")] HttpRequest request, string name, CancellationToken cancellationToken) => ChangeAsync(
        name, state => state with { PausedAt = null, PausedBy = null, HeldUntil = null, HeldReason = null, Failures = 0 }, isWoken: true, cancellationToken);

    private async Task<IResult> ChangeAsync(string name, Func<ConnectorState, ConnectorState?> change, bool isWoken, CancellationToken cancellationToken)
    {
        Edge.About("connector", name);
        if (connectors.Find(name) is not { } connector)
        {
            return Problems.NotFound($"connector {name}");
        }

        await states.ChangeAsync(name, change, cancellationToken);
        if (isWoken)
        {
            await queues.SendAsync(name, subject: null, at: null, cancellationToken);
        }

        return ApiJson.Ok(await ViewAsync(connector, cancellationToken));
    }

    private async Task<ConnectorView> ViewAsync(ICustomerConnector connector, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(connector.Name, cancellationToken);
        var (pending, givenUp, oldest) = (0, 0, (DateTimeOffset?)null);
        await foreach (var entry in outbox.ListAsync(connector.Name, filter: "", cancellationToken).Take(MaxCounted))
        {
            (pending, givenUp) = entry.IsGivenUp ? (pending, givenUp + 1) : (pending + 1, givenUp);
            oldest = !entry.IsGivenUp && !(entry.Since >= oldest) ? entry.Since : oldest;
        }

        return ConnectorView.From(connector, state, pending, givenUp, oldest, time.GetUtcNow());
    }
}

/// <summary>A connector as the API shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status"><c>active</c>, <c>paused</c> by a person, <c>held</c> because the system cannot be used just now, or <c>off</c>.</param>
/// <param name="MissingSettings">The settings without which it is off.</param>
/// <param name="Pending">How many customers and invoices are to be sent, counted up to 20,000.</param>
/// <param name="OldestPendingAt">Since when the oldest of them waits.</param>
/// <param name="GivenUp">How many are in the failed jobs.</param>
/// <param name="PausedAt">Since when it is paused.</param>
/// <param name="PausedBy">Who has paused it.</param>
/// <param name="HeldUntil">When it is tried again.</param>
/// <param name="HeldReason">Why it is held.</param>
/// <param name="LastSuccessAt">When something was sent last, to about ten seconds.</param>
/// <param name="LastError">What went wrong last.</param>
/// <param name="LastErrorAt">When that was.</param>
public sealed record ConnectorView(
    string Name,
    string Status,
    IReadOnlyList<string> MissingSettings,
    int Pending,
    DateTimeOffset? OldestPendingAt,
    int GivenUp,
    DateTimeOffset? PausedAt,
    string? PausedBy,
    DateTimeOffset? HeldUntil,
    string? HeldReason,
    DateTimeOffset? LastSuccessAt,
    string? LastError,
    DateTimeOffset? LastErrorAt)
{
    internal static ConnectorView From(ICustomerConnector connector, ConnectorState state, int pending, int givenUp, DateTimeOffset? oldest, DateTimeOffset now)
    {
        var isHeld = state.HeldUntil > now;
        return new ConnectorView(
            connector.Name,
            connector.MissingSettings.Count > 0 ? "off" : state.PausedAt is not null ? "paused" : isHeld ? "held" : "active",
            connector.MissingSettings,
            pending,
            oldest,
            givenUp,
            state.PausedAt,
            state.PausedBy,
            isHeld ? state.HeldUntil : null,
            isHeld ? state.HeldReason : null,
            state.LastSuccessAt,
            state.LastError,
            state.LastErrorAt);
    }
}
