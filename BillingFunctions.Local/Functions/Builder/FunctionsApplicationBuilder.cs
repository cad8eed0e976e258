using BillingFunctions.Local.Functions;
using BillingFunctions.Local.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a functions app: its services, settings, logging and middlewares.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly LocalRun _run;
    private readonly LocalEnvironment _local;
    private readonly WebApplicationBuilder _web;
    private readonly FunctionPipeline _pipeline = new();
    private bool _built;

    internal FunctionsApplicationBuilder(string[]? args)
    {
        _run = LocalRun.Current;
        (_web, _local) = StartupFailures.ExitOnFailure(_run, () => LocalWebApplication.Create(args ?? [], _run));
    }

    /// <inheritdoc/>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    /// <summary>The settings: <c>local.settings.json</c>, then the environment, then the command line.</summary>
    public ConfigurationManager Configuration => _web.Configuration;

    /// <inheritdoc/>
    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <inheritdoc/>
    public IHostEnvironment Environment => _web.Environment;

    /// <inheritdoc/>
    public ILoggingBuilder Logging => _web.Logging;

    /// <inheritdoc/>
    public IMetricsBuilder Metrics => _web.Metrics;

    /// <inheritdoc cref="IHostApplicationBuilder.Services"/>
    public IServiceCollection Services => _web.Services;

    /// <summary>Makes the host; once only.</summary>
    /// <returns>A host that finds the functions and listens when it is started.</returns>
    /// <exception cref="InvalidOperationException">The app has been built before.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        return StartupFailures.ExitOnFailure(_run, () => LocalWebApplication.Build(_web, _pipeline, _local, _run));
    }

    /// <inheritdoc/>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory,
        Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull
        => ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The app has been built before.</exception>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _pipeline.Add(middleware);
        return this;
    }

    internal void UseAspNetCore()
    {
        ThrowIfBuilt();
        _pipeline.AspNetCore = true;
        Services.AddMvcCore();
    }

    private void ThrowIfBuilt()
    {
        if (_built)
        {
            throw new InvalidOperationException("The app has been built already.");
        }
    }
}
