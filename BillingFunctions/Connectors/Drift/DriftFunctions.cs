using BillingFunctions.Connectors.Status;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Connectors.Drift;

/// <summary>Compares each system with our store once a day, and when somebody asks for it.</summary>
public sealed partial class DriftFunctions(ConnectorSet connectors, ConnectorStates states, CompareConnector compare, DriftReports reports, TimeProvider time, ILogger<DriftFunctions> logger)
{
    private const string Route = "api/connectors/{name}/drift";

    [Function("CompareConnectorsFunction")]
    public async Task RunAsync([TimerTrigger("0 30 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        foreach (var connector in connectors.Enabled)
        {
            if (!(await states.ReadAsync(connector.Name, cancellationToken)).IsStopped(time.GetUtcNow()))
            {
                var report = await compare.RunAsync(connector, cancellationToken);
                Log.Compared(logger, connector.Name, report.StoreCount, report.RemoteCount, report.Sampled, report.Differing, report.Missing, report.Unknown);
            }
        }
    }

    /// <summary>Shows the last comparison of a system with our store.</summary>
    [Function("GetDriftFunction")]
    [ProducesResponseType<DriftReport>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request, string name, CancellationToken cancellationToken)
    {
        Edge.About("connector", name);
        return connectors.Find(name) is null ? Problems.NotFound($"connector {name}") : ApiJson.Ok(await reports.FindAsync(name, cancellationToken));
    }

    /// <summary>Compares a system with our store at once.</summary>
    [Function("CompareConnectorFunction")]
    [OperatorAction]
    [ProducesResponseType<DriftReport>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> CompareAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = Route)] HttpRequest request, string name, CancellationToken cancellationToken)
    {
        Edge.About("connector", name);
        return connectors.Enabled.FirstOrDefault(connector => connector.Name == name) is { } connector
            ? ApiJson.Ok(await compare.RunAsync(connector, cancellationToken))
            : Problems.NotFound($"connector {name} that is on");
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Compared with {Connector}: {StoreCount} customers here, {RemoteCount} there; of {Sampled} compared {Differing} differed and {Missing} were missing; {Unknown} of the newest there were not known.")]
        public static partial void Compared(ILogger logger, string connector, long storeCount, long remoteCount, int sampled, int differing, int missing, int unknown);
    }
}
