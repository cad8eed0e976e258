using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>A kind of output: the attribute that marks it and where its values go.</summary>
internal interface IOutputKind
{
    /// <summary>The attribute on the method or property.</summary>
    Type Attribute { get; }

    /// <summary>How to send a value on.</summary>
    /// <param name="output">What the method or property is marked with.</param>
    /// <param name="subject">The function and its output, to begin an error message with.</param>
    /// <exception cref="Hosting.StartupException">What the attribute says cannot be.</exception>
    OutputBinding Bind(OutputBindingAttribute output, string subject);
}
