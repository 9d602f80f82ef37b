# A suite as a user of the mesh would keep it: what our policies admit, and that a machine gets in and out. Run it with
#   packaging/ci/Invoke-OnboardingSuite.ps1 -Path samples/pester
param([Parameter(Mandatory)] $Plane)

BeforeAll {
    New-WorkloadGroupPolicy ratings -WorkloadGroup ratings -Jwt -Issuer https://demo.localhost -Attribute @{ role = 'ratings' } | Out-Null

    function Get-Identity([string] $Role) {
        @{ jwt = @{ issuer = 'https://demo.localhost'; subject = 'some-vm'; attributes = @{ role = $Role } } }
    }
}

AfterAll {
    Remove-WorkloadGroupPolicy ratings -Force -Confirm:$false
}

Describe 'Our policies' {
    It 'admit <Role>: <Admitted>' -ForEach @(
        @{ Role = 'ratings'; Admitted = $true }
        @{ Role = 'reviews'; Admitted = $false }
    ) {
        Test-WorkloadGroupPolicy (Get-Identity $Role) -WorkloadGroup ratings -Quiet | Should -Be $Admitted
    }
}

Describe 'A machine' {
    It 'joins, is seen, and leaves' {
        $machine = $Plane | Register-MeshWorkload -WarningAction SilentlyContinue
        Wait-MeshWorkload $machine.Name -For Connected -WaitSec 60 | Should -Not -BeNullOrEmpty
        (Get-MeshWorkload -WorkloadGroup ratings).Name | Should -Be $machine.Name
        Unregister-MeshWorkload -Local -PropagationDelay 0 -Confirm:$false
        Wait-MeshWorkload $machine.Name -For Gone -WaitSec 60
        Get-MeshWorkload | Should -BeNullOrEmpty
    }
}
