using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Runs functions for the messages of their queues.</summary>
internal sealed class QueueListener(
    FunctionCatalog catalog,
    FunctionQueues queues,
    QueueOptions options,
    QueueInvoker invoker,
    RunningInvocations running,
    TimeProvider time,
    ILoggerFactory loggers) : ITriggerListener, IDisposable
{
    private readonly List<QueuePump> _pumps = [];

    /// <exception cref="Hosting.StartupException">A queue's name or connection is not right; the message names the function.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var functions = catalog.TriggeredBy<QueueTriggerAttribute>().Select(Resolve).ToList();
        await Task.WhenAll(functions.Select(function => function.Queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken)));
        _pumps.AddRange(functions.Select(Pump));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_pumps.Select(pump => pump.StopAsync(cancellationToken)));

    public void Dispose() => _pumps.ForEach(pump => pump.Dispose());

    private QueueFunction Resolve(FunctionDescriptor function)
    {
        var trigger = (QueueTriggerAttribute)function.Trigger;
        var subject = $"Function {function.Name}";
        var name = queues.Name(trigger.QueueName, subject);
        return new QueueFunction(
            function,
            queues.Client(name, trigger.Connection, QueueMessageEncoding.None, subject),
            FunctionQueues.PoisonName(name) is { } poison ? queues.Client(poison, trigger.Connection, options.MessageEncoding, subject) : null);
    }

    private QueuePump Pump(QueueFunction function)
    {
        var messages = new QueueMessageHandler(function, invoker, options, time, loggers.CreateLogger<QueueMessageHandler>());
        return new QueuePump(function, messages, options, time, loggers.CreateLogger<QueuePump>(), running.Stopping);
    }
}
