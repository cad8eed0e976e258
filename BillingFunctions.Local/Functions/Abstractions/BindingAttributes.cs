namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>The base of every attribute that binds a function to something outside it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class BindingAttribute : Attribute
{
}

/// <summary>The base of the attributes that say what starts a function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : BindingAttribute
{
}

/// <summary>The base of the attributes that hand a function a value or a client.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class InputBindingAttribute : BindingAttribute
{
}
